// The keys of the running agent, and requests for them in hex, as the C clients take them.
import { encodeSign } from '../../../main/client/agent-requests.ts';
import { eventually } from '../../interop/support/eventually.ts';
import { runSallyportOk } from './windows-command.ts';

export const LIST = '0b';

export interface ListedKey {
  readonly comment: string;
  readonly publicKey: string;
  readonly keptAs: string;
}

export async function listedKeys(): Promise<ListedKey[]> {
  return JSON.parse(await runSallyportOk('list', '--json')) as ListedKey[];
}

/** Resolves when the agent, which adds its key files after it has said where it listens, has so many keys. */
export async function untilKeysAre(count: number): Promise<void> {
  await eventually(`${count} keys are there`, async () => (await listedKeys()).length === count);
}

/** A request for a signature by the key with this comment. */
export async function signRequestFor(comment: string): Promise<string> {
  const key = (await listedKeys()).find((listed) => listed.comment === comment);
  if (!key) throw new Error(`the agent has no key ${comment}`);
  const blob = Buffer.from(key.publicKey, 'base64');
  return Buffer.from(encodeSign(blob, Buffer.from('data to be signed'), 0)).toString('hex');
}
