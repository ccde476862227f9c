// Forgets decrypted keys whose encrypted form is held.
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { keysPhrase } from '../words/key-words.ts';
import { ask } from './ask.ts';
import { tell } from './messages.ts';

const inClear = (count: number) =>
  count === 0
    ? ''
    : ` ${count} ${count === 1 ? 'is' : 'are'} held in clear only and can’t be locked again; remove ${count === 1 ? 'it' : 'them'} if you want ${count === 1 ? 'it' : 'them'} gone.`;

export async function reencryptKeys(views: readonly KeyView[]): Promise<void> {
  const done = await ask('keys.reencrypt', { ids: views.map((view) => view.id) });
  if (done === undefined) return;
  const count = views.length - done.leftInClear;
  const what = views.length === 1 ? keysPhrase(views) : count === 1 ? '1 key' : `${count} keys`;
  tell(count === 0 ? inClear(done.leftInClear).trim() : `Locked ${what} again.${inClear(done.leftInClear)}`);
}

export async function reencryptAllKeys(): Promise<void> {
  const done = await ask('keys.reencryptAll', {});
  if (done !== undefined) tell(`Locked all keys again that can be.${inClear(done.leftInClear)}`);
}
