// Where Windows keeps a key, in words.
import type { RequestOutput } from '../../../ipc/contract/contract.ts';

type Home = RequestOutput<'windowsKeys.list'>['keys'][number]['home'];

export const windowsHomeWords: Readonly<Record<Home, string>> = {
  tpm: 'in the TPM',
  hello: 'behind Windows Hello',
  software: 'kept by Windows itself',
  'smart-card': 'on a smart card',
  certificate: 'of your certificates',
};
