// Messages 20, 21 and 26: who may have libraries loaded, and PINs that programs send. A few wrong ones lock a token for good.
import { expect, it } from 'vitest';
import { FakeStore } from '../../../fakes/fake-store.ts';
import { settle } from '../../../fakes/settle.ts';
import { request, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const success = 6;
const failure = 5;

/** `pins` are those that the token was tried with. */
function agentWithLibrary({ isNearlyLocked = false, untilTried = Promise.resolve() } = {}) {
  const key = ed25519Key();
  const pins: string[] = [];
  const onLookUp = { act: () => {} };
  let lookUps = 0;
  const stores: FakeStore[] = [];
  const newStore = () => {
    const store = new FakeStore('lib', 'pkcs11').with(key, 'key', 'pin').withPin('1234');
    const pinPlace = { id: 't', title: 'Token', isNearlyLocked };
    store.identities = store.identities.map((identity) => ({ ...identity, pinPlace }));
    const { open } = store;
    store.open = async (pin, ...rest) => {
      pins.push(new TextDecoder().decode(pin));
      await untilTried;
      await open?.(pin, ...rest);
    };
    stores.push(store);
    return store;
  };
  const tokens = {
    list: () => [],
    add: () => Promise.resolve(),
    remove: () => Promise.resolve(true),
    storeOf: async () => {
      lookUps++;
      onLookUp.act();
      return newStore();
    },
  };
  const test = testAgent({ host: { doors: () => [], agentId: new Uint8Array(16), tokens } });
  const addByPin = (pin: string) => test.connect().status(request(20).text('/lib.so').text(pin));
  return { ...test, newStore, addByPin, pins, stores, onLookUp, lookUps: () => lookUps };
}

it('tries no second PIN of programs after a wrong one, also of many that come at once', async () => {
  const { addByPin, pins, log } = agentWithLibrary();
  expect(await addByPin('1234')).toBe(success);
  // Each takes the place of the one before, whose try may be under way.
  const replies = await Promise.all(['0', '1', '2', '3'].map(addByPin));
  expect(replies).toContain(failure);
  await addByPin('4');
  expect(await addByPin('1234')).toBe(success);
  expect(pins).toHaveLength(2);
  expect(log.at(-1)).toContain('The PIN was not tried');
});

it('tries them again when the person has added the library anew', async () => {
  const { agent, addByPin, newStore, pins } = agentWithLibrary();
  expect(await addByPin('0')).toBe(failure);
  expect(await addByPin('1234')).toBe(success);
  expect(pins).toEqual(['0']);
  agent.stores.add(newStore());
  expect(await addByPin('1234')).toBe(success);
  expect(pins).toEqual(['0', '1234']);
});

it('leaves no token open for a program when the agent was locked while the PIN was tried', async () => {
  let finish = () => {};
  const untilTried = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const { connect, addByPin, stores, pins } = agentWithLibrary({ untilTried });
  const reply = addByPin('1234');
  await expect.poll(() => pins).toEqual(['1234']);
  expect(await connect().status(request(22).text('locked'))).toBe(success);
  finish();
  expect(await reply).toBe(failure);
  await settle();
  expect(stores.map(({ isOpen }) => isOpen)).toEqual([false]);
});

it('tries none on a token that has seen wrong ones', async () => {
  const { addByPin, pins } = agentWithLibrary({ isNearlyLocked: true });
  expect(await addByPin('1234')).toBe(success);
  expect(pins).toEqual([]);
});

const messages = [
  ['20 (add)', () => request(20).text('/lib.so').text('1234')],
  ['21 (remove)', () => request(21).text('/lib.so').text('')],
] as const;

it.each(messages)('looks for no library for a connection of an SSH session: %s', async (_, message) => {
  const { addByPin, connect, lookUps } = agentWithLibrary();
  expect(await addByPin('1234')).toBe(success);
  const client = connect();
  await client.extension('session-bind@openssh.com', new Uint8Array(1));
  expect(await client.status(message())).toBe(failure);
  expect(lookUps()).toBe(1);
});

it.each(messages)('changes nothing where the agent was locked meanwhile: %s', async (_, message) => {
  const { agent, addByPin, connect, onLookUp, pins } = agentWithLibrary();
  expect(await addByPin('1234')).toBe(success);
  const before = agent.stores.list();
  onLookUp.act = () => agent.pause('locked');
  expect(await connect().status(message())).toBe(failure);
  expect(agent.stores.list().map(({ id }) => id)).toEqual(before.map(({ id }) => id));
  expect(pins).toEqual(['1234']);
});
