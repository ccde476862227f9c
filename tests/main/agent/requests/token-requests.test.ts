// Messages 20, 21 and 26: who may have libraries loaded, and PINs that programs send. A few wrong ones lock a token for good.
import { describe, expect, it } from 'vitest';
import { limits } from '../../../../main/agent/limits/limits.ts';
import type { OfferedCertificates } from '../../../../main/agent/ports/host.ts';
import type { PersonNeed } from '../../../../main/agent/ports/key-store.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { FakeStore } from '../../../fakes/fake-store.ts';
import { copiesOf } from '../../../fakes/secret-copies.ts';
import { settle } from '../../../fakes/settle.ts';
import { bytes, constrain, request, testAgent } from '../../../fakes/test-agent.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const success = 6;
const failure = 5;

/** `pins` are those that the token was tried with. */
function agentWithLibrary({
  isNearlyLocked = false,
  untilTried = Promise.resolve(),
  tokensIn = 1,
  need = 'pin' as PersonNeed,
} = {}) {
  const keys = Array.from({ length: tokensIn }, ed25519Key);
  const pins: string[] = [];
  const offered: (OfferedCertificates | undefined)[] = [];
  const onLookUp = { act: () => {} };
  const onList = { act: () => {} };
  const stores: FakeStore[] = [];
  const newStore = () => {
    const store = new FakeStore('lib', 'pkcs11').withPin('1234');
    for (const key of keys) store.with(key, 'key', need);
    store.identities = store.identities.map((identity, n) => ({
      ...identity,
      pinPlace: { id: `t${n}`, title: 'Token', isNearlyLocked },
    }));
    store.list = async () => {
      onList.act();
      return store.identities;
    };
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
    storeOf: async (path: string, certificates?: OfferedCertificates) => {
      offered.push(certificates);
      onLookUp.act();
      return path === '/lib.so' ? newStore() : undefined;
    },
  };
  const test = testAgent({ host: { doors: () => [], agentId: new Uint8Array(16), tokens } });
  const addByPin = (pin: string) => test.connect().status(request(20).text('/lib.so').text(pin));
  const refusals = () => test.log.map((line) => line.replace(/^.* refused: /, ''));
  return { ...test, newStore, addByPin, pins, offered, stores, onLookUp, onList, refusals };
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

it('loads nothing for what is seen to forward the agent while the library is looked for', async () => {
  const { agent, connect, onLookUp, pins } = agentWithLibrary();
  const sender = { mayForward: false, noteForwarding: () => {} };
  onLookUp.act = () => {
    sender.mayForward = true;
  };
  expect(await connect({ sender }).status(request(20).text('/lib.so').text('1234'))).toBe(failure);
  expect(agent.stores.list()).toEqual([]);
  expect(pins).toEqual([]);
});

const messages = [
  ['20 (add)', () => request(20).text('/lib.so').text('1234')],
  ['21 (remove)', () => request(21).text('/lib.so').text('')],
] as const;

it.each(messages)('looks for no library for a connection of an SSH session: %s', async (_, message) => {
  const { addByPin, connect, offered, refusals } = agentWithLibrary();
  expect(await addByPin('1234')).toBe(success);
  const client = connect();
  await client.extension('session-bind@openssh.com', new Uint8Array(1));
  expect(await client.status(message())).toBe(failure);
  expect(offered).toHaveLength(1);
  expect(refusals().at(-1)).toBe(
    'libraries for tokens are not for connections that belong to an SSH session',
  );
});

it.each(messages)('changes nothing where the agent was locked meanwhile: %s', async (_, message) => {
  const { agent, addByPin, connect, onLookUp, pins, stores, refusals } = agentWithLibrary();
  expect(await addByPin('1234')).toBe(success);
  onLookUp.act = () => agent.pause('locked');
  expect(await connect().status(message())).toBe(failure);
  expect(refusals().at(-1)).toBe('the agent is locked');
  expect(agent.stores.list()).toHaveLength(1);
  // Nor was it taken away for another of the same library.
  expect(stores[0]?.closes).toBe(0);
  expect(pins).toEqual(['1234']);
});

it('tries no PIN where the agent was locked while the keys were listed', async () => {
  const { agent, addByPin, onList, pins } = agentWithLibrary();
  onList.act = () => agent.pause('locked');
  expect(await addByPin('1234')).toBe(failure);
  expect(pins).toEqual([]);
});

const notTried = 'The PIN was tried on no token, as there are several. Each is asked for at its first use.';

it.each<[string, number, Parameters<typeof agentWithLibrary>[0], string[]]>([
  ['of one of several tokens', success, { tokensIn: 2 }, [notTried]],
  ['where no token wants one', success, { need: 'nothing' }, []],
  ['where there is no token', failure, { tokensIn: 0 }, ['there is no token with keys in it']],
])('tries no PIN %s', async (_, status, options, lines) => {
  const { addByPin, pins, refusals } = agentWithLibrary(options);
  expect(await addByPin('1234')).toBe(status);
  expect(pins).toEqual([]);
  expect(refusals()).toEqual(lines);
});

it('tries nothing where no PIN was sent, and asks for it at the first use', async () => {
  const { addByPin, pins, connect, approver, log } = agentWithLibrary();
  expect(await addByPin('')).toBe(success);
  expect([pins, log]).toEqual([[], []]);
  const [key] = await connect().list();
  void connect().sign(key?.blob ?? new Uint8Array(), bytes('x'));
  await approver.passphrasePrompt(0);
});

it.each<[string, Parameters<typeof agentWithLibrary>[0], string]>([
  ['tried', {}, '/lib.so'],
  ['not tried', { tokensIn: 2 }, '/lib.so'],
  ['refused', {}, '/other.so'],
])('wipes a PIN that was %s', async (_, options, path) => {
  const { connect } = agentWithLibrary(options);
  using copies = copiesOf(bytes('1234'));
  await connect().send(request(20).text(path).text('1234'));
  expect(copies.count()).toBeGreaterThan(0);
  expect(copies.left()).toBe(0);
});

describe('a request with constraints', () => {
  const add = (...constraints: Uint8Array[]) => {
    const message = request(26).text('/lib.so').text('1234');
    for (const each of constraints) message.bytes(each);
    return message;
  };
  const certificates = (only: boolean, ...blobs: Uint8Array[]) => {
    const all = new WireWriter();
    for (const blob of blobs) all.string(blob);
    const contents = new WireWriter().boolean(only).string(all.finish()).finish();
    return constrain.extension('associated-certs-v00@openssh.com', contents);
  };

  it('has its keys under them', async () => {
    const { connect, clock, agent } = agentWithLibrary();
    expect(await connect().status(add(constrain.confirm(), constrain.lifetime(60)))).toBe(success);
    expect(agent.keys.list()).toMatchObject([{ confirm: true, clientSecondsLeft: 60 }]);
    clock.advance(60_000);
    expect(await connect().list()).toEqual([]);
  });

  it.each([
    ['all keys', false],
    ['those alone that have one', true],
  ])('offers the certificates that came with it, for %s, also once the message is wiped', async (_, only) => {
    const { connect, offered } = agentWithLibrary();
    const message = add(certificates(only, bytes('first'), bytes('second'))).finish();
    expect(await connect().session.handle(message)).toEqual(Uint8Array.of(success));
    message.fill(0);
    expect(offered).toEqual([{ only, blobs: [bytes('first'), bytes('second')] }]);
  });

  it('may have as many certificates as a place has keys', async () => {
    const { connect, offered } = agentWithLibrary();
    const many = Array.from({ length: limits.keysPerStore }, () => bytes('c'));
    expect(await connect().status(add(certificates(true, ...many)))).toBe(success);
    expect(offered[0]?.blobs).toHaveLength(many.length);
  });

  it.each([
    [
      'too many certificates',
      certificates(true, ...Array.from({ length: limits.keysPerStore + 1 }, () => bytes('c'))),
    ],
    ['repeated constraint', Buffer.concat([certificates(true), certificates(false)])],
    [
      'unknown constraint extension',
      constrain.extension('sk-provider@openssh.com', new WireWriter().text('/lib.so').finish()),
    ],
  ])('is refused, and no library looked for: %s', async (reason, constraints) => {
    const { connect, offered, refusals } = agentWithLibrary();
    expect(await connect().status(add(constraints))).toBe(failure);
    expect(refusals()).toEqual([reason]);
    expect(offered).toEqual([]);
  });

  it('is refused in the message that has none', async () => {
    const { connect, offered } = agentWithLibrary();
    const plain = request(20).text('/lib.so').text('1234');
    expect(await connect().status(plain.bytes(constrain.confirm()))).toBe(failure);
    expect(offered).toEqual([]);
  });
});

describe('a library that is not there', () => {
  const notChosen = 'the library is not among those that the person has chosen (sallyport tokens add)';
  it.each(messages)('is refused by the reason that the log tells: %s', async (_, message) => {
    const { connect, agent, addByPin, refusals } = agentWithLibrary();
    expect(await addByPin('1234')).toBe(success);
    const other = message().finish();
    other.set(bytes('/bil.so'), 5);
    expect(await connect().session.handle(other)).toEqual(Uint8Array.of(failure));
    expect(refusals()).toEqual([notChosen]);
    expect(agent.stores.list()).toHaveLength(1);
    const without = testAgent();
    expect(await without.connect().status(message())).toBe(failure);
    expect(without.log.at(-1)).toContain('this agent has no tokens');
  });

  it('is removed once', async () => {
    const { connect, agent, addByPin, refusals } = agentWithLibrary();
    expect(await addByPin('1234')).toBe(success);
    const remove = () => connect().status(request(21).text('/lib.so').text(''));
    expect(await remove()).toBe(success);
    expect(agent.stores.list()).toEqual([]);
    expect(await remove()).toBe(failure);
    expect(refusals()).toEqual(['its keys were removed before']);
  });
});
