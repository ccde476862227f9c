// Having removed keys back, with a real agent behind.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { inlineCryptoOffload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { systemPassphraseEncodings } from '../../../../main/process/system-passphrase-encodings.ts';
import { KeyAdder } from '../../../../main/shell/key-files/add-keys.ts';
import { RemovedKeys } from '../../../../main/shell/key-files/removed-keys.ts';
import { ManualClock } from '../../../fakes/manual-clock.ts';
import { testAgent } from '../../../fakes/test-agent.ts';

const files = ['ed25519.ppk2-aes', 'p256.ppk-argon2id', 'rsa2048.openssh-aes256-ctr'];
const read = (name: string) => readFileSync(`tests/fixtures/keys/${name}`);

async function window() {
  const { agent } = testAgent();
  const { keys, addKey } = agent;
  const clock = new ManualClock();
  const adder = new KeyAdder({
    addKey,
    offload: inlineCryptoOffload,
    passphraseEncodings: await systemPassphraseEncodings(),
    log: () => {},
  });
  for (const name of files) await adder.addBytes(name, read(name), { keepEncrypted: true });
  const ids = () => keys.list().map(({ id }) => id);
  expect(ids()).toHaveLength(3);
  return { agent, keys, clock, adder, ids, removed: new RemovedKeys(keys, addKey, undefined, clock) };
}

it('removes at once, and brings keys back encrypted at their old places, asking as they did', async () => {
  const { keys, removed, ids } = await window();
  const before = ids();
  const [first = '', middle = ''] = before;
  keys.setConfirm(middle, true);
  const { undoId = '', restorable } = removed.remove([first, middle]);
  expect([restorable, ids()]).toEqual([2, before.slice(2)]);
  expect(await removed.restore(undoId)).toEqual([]);
  expect(ids()).toEqual(before);
  expect(keys.list().map(({ state, confirm }) => [state, confirm])).toEqual([
    ['encrypted', false],
    ['encrypted', true],
    ['encrypted', false],
  ]);
  // Once.
  expect(await removed.restore(undoId)).toBeUndefined();
  // The files that were held are whole: they can be removed and had back again.
  const again = removed.remove([first]);
  expect(await removed.restore(again.undoId ?? '')).toEqual([]);
  expect(ids()).toEqual(before);
});

it('holds nothing of a key in clear, nor of one that would come back without its end', async () => {
  const { keys, adder, removed, ids } = await window();
  await adder.addBytes('clear', read('ed448.ppk'), { keepEncrypted: false });
  const [first = ''] = ids();
  keys.setLifetime(first, 3600);
  const clear = keys.list().find(({ state }) => state === 'clear');
  expect(removed.remove([first, clear?.id ?? ''])).toEqual({ restorable: 0 });
  expect(ids()).toHaveLength(2);
});

it('lets go of them after some seconds, and of those before with the next removal', async () => {
  const { clock, removed, ids } = await window();
  const [first = '', second = '', third = ''] = ids();
  const one = removed.remove([first]);
  const two = removed.remove([second]);
  expect(await removed.restore(one.undoId ?? '')).toBeUndefined();
  clock.advance(36_000);
  expect(await removed.restore(two.undoId ?? '')).toBeUndefined();
  expect(ids()).toEqual([third]);
});

it('adds nothing to an agent that is locked, says why, and can be asked again', async () => {
  const { agent, removed, ids } = await window();
  const [first = ''] = ids();
  const { undoId = '' } = removed.remove([first]);
  agent.pause('Locked by you.');
  expect(await removed.restore(undoId)).toEqual([expect.stringContaining('The agent did not take the key')]);
  agent.resume();
  expect(ids()).not.toContain(first);
  expect(await removed.restore(undoId)).toEqual([]);
  expect(ids()[0]).toBe(first);
});
