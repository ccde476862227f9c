// Windows' own keys: one that was made here, one of a certificate on a card, and a store that does not answer.
import type { StoreView } from '../../../ipc/contract/stores.ts';
import type { WindowsKey, WindowsKeyList } from '../../../main/agent/ports/windows-keys.ts';
import type { Answers } from './fake-main.ts';

export const windowsPlace: StoreView = {
  id: 'windows:',
  kind: 'windows',
  address: 'Windows',
  title: 'Windows',
  state: { status: 'ready', leftOut: 0 },
  keyCount: 1,
  pending: [],
};
export const ownKey: WindowsKey = {
  fingerprint: `SHA256:${'a'.repeat(43)}`,
  comment: 'work',
  kind: 'ECDSA P-256',
  publicKey: 'ecdsa-sha2-nistp256 AAAA',
  isOwn: true,
  home: 'tpm',
  provider: 'Microsoft Platform Crypto Provider',
  isAskedFor: false,
  isOffered: true,
};
export const badgeKey: WindowsKey = {
  ...ownKey,
  fingerprint: `SHA256:${'b'.repeat(43)}`,
  comment: 'Ada\u202e (certificate abababab)',
  isOwn: false,
  home: 'certificate',
  provider: 'Card\u202e of Ada',
  thumbprint: 'ab'.repeat(20),
  isAskedFor: true,
  isOffered: false,
};
export const windowsKeyList: WindowsKeyList = {
  certificates: false,
  keys: [ownKey, badgeKey],
  leftOut: { noKey: 2, olderInterface: 1, kind: 0 },
  problems: [{ home: 'hello', reason: 'It does not answer.', remedy: 'Wait.' }],
  homes: [
    { home: 'tpm', kinds: ['ecdsa-p256', 'rsa-2048'] },
    { home: 'hello', kinds: ['rsa-2048'] },
  ],
};

/** What the section asks for on Windows. */
export const windowsKeyAnswers: Answers = {
  'stores.refresh': () => [windowsPlace],
  'upstreams.find': () => [],
  'tokens.list': () => [],
  'windowsKeys.list': () => windowsKeyList,
};
