// Stores that hang, die or lie: no other key and no other client feels it, and the person is told what to do.
import { describe, expect, it } from 'vitest';
import type { StoreUse } from '../../../../main/agent/ports/key-store.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { bind } from '../../../fakes/consent-agent.ts';
import { FakeStore, signatureBy } from '../../../fakes/fake-store.ts';
import { sid, testHost } from '../../../fakes/host-session.ts';
import { settle, turnsDuring } from '../../../fakes/settle.ts';
import { addRequest, bytes, signRequest, testAgent } from '../../../fakes/test-agent.ts';
import { ecdsaKey, ed25519Key, rsaKey } from '../../../fakes/test-key.ts';

const failure = 5;

/** Two stores, of which `bad` misbehaves later, and a key that is held here. */
async function agentWithStores() {
  const test = testAgent();
  const keys = { ours: ed25519Key(), good: ed25519Key(), bad: ed25519Key() };
  const [good, bad] = [
    new FakeStore('good').with(keys.good, 'good'),
    new FakeStore('bad').with(keys.bad, 'bad'),
  ];
  const client = test.connect();
  await client.send(addRequest(keys.ours, 'ours'));
  test.agent.stores.add(good);
  test.agent.stores.add(bad);
  await settle();
  const stateOf = (store: FakeStore) => test.agent.stores.list().find(({ id }) => id === store.id)?.state;
  return { ...test, keys, good, bad, client, stateOf };
}

describe('a store that hangs', () => {
  it('is waited for a moment, then lists go without it, and it is shown with what to do', async () => {
    const { agent, clock, client, bad, stateOf } = await agentWithStores();
    bad.hang();
    const list = client.comments();
    await settle();
    clock.advance(400);
    expect(await list).toEqual(['ours', 'good', 'bad']);
    clock.advance(2_600);
    await settle();
    expect(stateOf(bad)).toMatchObject({
      status: 'unreachable',
      reason: 'It does not answer.',
      remedy: expect.stringContaining('remove it here'),
    });
    // Known by now, so that nobody waits for it: the clock stands still.
    expect(await client.comments()).toEqual(['ours', 'good']);
    clock.advance(10_000);
    expect(await client.comments()).toEqual(['ours', 'good']);
    bad.live();
    clock.advance(3_000);
    await settle();
    expect(await client.comments()).toEqual(['ours', 'good']);
    // The person who asks to try again does not wait for its rest to end.
    await agent.stores.refresh();
    expect(await client.comments()).toEqual(['ours', 'good', 'bad']);
  });

  it('holds up no signature by another key, and no other client', async () => {
    const { connect, client, bad, keys } = await agentWithStores();
    bad.hang();
    void client.sign(keys.bad.blob, bytes('x'));
    const others = Array.from({ length: 20 }, () => connect());
    const stuck = others.map((other) => other.sign(keys.bad.blob, bytes(`x ${others.indexOf(other)}`)));
    expect(await connect().sign(keys.ours.blob, bytes('x'))).toBeDefined();
    expect(await connect().sign(keys.good.blob, bytes('x'))).toBeDefined();
    for (const { session } of others) session.close();
    expect(await Promise.all(stuck)).toEqual(others.map(() => undefined));
  });

  it('ends a signature at its time limit, and tells the store that nobody waits', async () => {
    const { clock, client, bad, keys, log } = await agentWithStores();
    let signal: AbortSignal | undefined;
    bad.sign = (_use, given) => {
      signal = given;
      return new Promise(() => {});
    };
    const reply = client.status(signRequest(keys.bad.blob, bytes('x')));
    await settle();
    clock.advance(5 * 60_000);
    expect(await reply).toBe(failure);
    expect(signal?.aborted).toBe(true);
    expect(log.at(-1)).toContain('It does not answer.');
  });

  it('tells the store when the client leaves', async () => {
    const { connect, bad, keys } = await agentWithStores();
    let signal: AbortSignal | undefined;
    bad.sign = (_use, given) => {
      signal = given;
      return new Promise(() => {});
    };
    const client = connect();
    const reply = client.status(signRequest(keys.bad.blob, bytes('x')));
    await settle();
    client.session.close();
    expect(await reply).toBe(failure);
    expect(signal?.aborted).toBe(true);
  });

  it('is known with what signatures wait for, which the person can cancel', async () => {
    const { agent, connect, bad, keys } = await agentWithStores();
    let signal: AbortSignal | undefined;
    bad.sign = ({ waitsFor }, given) => {
      signal = given;
      waitsFor('touch');
      return new Promise(() => {});
    };
    const signed = connect().sign(keys.bad.blob, bytes('x'));
    await settle();
    const pending = () => agent.stores.list().flatMap((store) => store.pending);
    expect(pending()).toMatchObject([{ key: { comment: 'bad' }, waitsFor: 'touch' }]);
    expect(agent.stores.cancel(pending()[0]?.id ?? '')).toBe(true);
    expect(await signed).toBeUndefined();
    expect(signal?.aborted).toBe(true);
    expect(pending()).toEqual([]);
    expect(agent.stores.cancel('none')).toBe(false);
    await agent.consent.activitySettled();
    expect(agent.consent.activity.list()).toMatchObject([{ answer: 'denied' }]);
  });

  it('that says what it waits for when it has ended is not shown, nor in the way of the next one', async () => {
    const { agent, client, bad, keys } = await agentWithStores();
    let waitsFor = (_what: 'touch') => {};
    bad.sign = (use) => {
      waitsFor = use.waitsFor;
      return Promise.resolve(bad.signNow(use));
    };
    expect(await client.sign(keys.bad.blob, bytes('x'))).toBeDefined();
    waitsFor('touch');
    expect(agent.stores.list().flatMap(({ pending }) => pending)).toEqual([]);
    expect(await client.sign(keys.bad.blob, bytes('x'))).toBeDefined();
  });

  it('has 64 signatures under way at the most, and takes clients in turn', async () => {
    const { connect, bad, keys } = await agentWithStores();
    let underWay = 0;
    bad.sign = () => {
      underWay++;
      return new Promise(() => {});
    };
    const crowd = Array.from({ length: 100 }, () => connect({ pid: 1 }));
    for (const [n, client] of crowd.entries()) void client.sign(keys.bad.blob, bytes(String(n)));
    const other = connect({ pid: 2 });
    bad.live();
    bad.sign = (use) => {
      underWay++;
      return use.data.length === 5 ? Promise.resolve(bad.signNow(use)) : new Promise(() => {});
    };
    const reply = other.sign(keys.bad.blob, bytes('other'));
    await settle();
    expect(underWay).toBe(64);
    for (const { session } of crowd.slice(0, 2)) session.close();
    expect(await reply).toBeDefined();
  });
});

it('a store that tells of a change while it is being asked is asked again', async () => {
  const { agent, bad } = await agentWithStores();
  const finish: (() => void)[] = [];
  bad.list = () => {
    const identities = bad.identities;
    return new Promise((resolve) => finish.push(() => resolve(identities)));
  };
  bad.tell();
  await settle();
  bad.with(ed25519Key(), 'just in time');
  bad.tell();
  await settle();
  finish[0]?.();
  await settle();
  finish[1]?.();
  await settle();
  expect(agent.keys.list().map(({ comment }) => comment)).toContain('just in time');
});

describe('a store that is gone', () => {
  it('hides its keys from clients, shows them to the person, and asks nobody for a use', async () => {
    const { agent, client, approver, bad, keys, stateOf } = await agentWithStores();
    const id = agent.keys.list().find(({ comment }) => comment === 'bad')?.id ?? '';
    agent.keys.setConfirm(id, true);
    bad.die();
    expect(await client.comments()).toEqual(['ours', 'good']);
    expect(stateOf(bad)).toEqual({ status: 'unreachable', reason: 'It is gone.', remedy: 'Start it again.' });
    expect(agent.keys.list().map(({ comment }) => comment)).toEqual(['ours', 'good', 'bad']);
    expect(await client.sign(keys.bad.blob, bytes('x'))).toBeUndefined();
    expect(approver.confirms.length).toBe(0);
    bad.live();
    expect(await client.comments()).toEqual(['ours', 'good', 'bad']);
  });

  it('fails a signature that it had begun, and no other', async () => {
    const { client, bad, keys, connect } = await agentWithStores();
    let pullOut = (_error: Error) => {};
    bad.sign = () =>
      new Promise((_resolve, reject) => {
        pullOut = reject;
      });
    const reply = client.status(signRequest(keys.bad.blob, bytes('x')));
    await settle();
    pullOut(new Error('the socket was closed'));
    expect(await reply).toBe(failure);
    expect(await connect().sign(keys.good.blob, bytes('x'))).toBeDefined();
  });
});

describe('a store that lies', () => {
  it.each([
    ['a signature by another key', (use: StoreUse) => signatureBy(ed25519Key(), use)],
    ['one of other data', (use: StoreUse) => ({ ...use, data: bytes('other') })],
    [
      'one of another algorithm',
      (use: StoreUse) => signatureBy(rsaKey(), { ...use, algorithm: 'rsa-sha2-256' }),
    ],
    ['nothing', () => new Uint8Array()],
    ['a name alone', () => new WireWriter().text('ssh-ed25519').finish()],
    [
      'one with more behind it',
      (use: StoreUse) => Buffer.concat([signatureBy(ed25519Key(), use), bytes('x')]),
    ],
    ['what has no end', () => new Uint8Array(200_000)],
  ])('sends no client %s', async (_what, lie) => {
    const { client, bad, keys } = await agentWithStores();
    bad.sign = (use) => {
      const lied = lie(use);
      return Promise.resolve(lied instanceof Uint8Array ? lied : signatureBy(keys.bad, lied));
    };
    expect(await client.sign(keys.bad.blob, bytes('x'))).toBeUndefined();
    expect(await client.sign(keys.good.blob, bytes('x'))).toBeDefined();
  });

  it('by SHA-1 where SHA-2 was asked for is refused by the name of the algorithm', async () => {
    const { agent, client, log } = await agentWithStores();
    const key = rsaKey();
    const old = new FakeStore('old').with(key, 'rsa');
    old.sign = (use) => Promise.resolve(signatureBy(key, { ...use, algorithm: 'rsa-sha2-256' }));
    agent.stores.add(old);
    await settle();
    expect(await client.sign(key.blob, bytes('x'), 4)).toBeUndefined();
    expect(log.at(-1)).toContain('another algorithm');
  });

  it('lists what is no key: that is left out, counted, and the rest is there', async () => {
    const { client, bad, stateOf } = await agentWithStores();
    const identity = (blob: Uint8Array) => ({ blob, comment: bytes('wrong'), need: 'nothing' as const });
    bad.identities = [
      identity(new Uint8Array()),
      identity(new WireWriter().text('ssh-ed25519').string(new Uint8Array(31)).finish()),
      identity(new WireWriter().text('new-kind').string(new Uint8Array(32)).finish()),
      identity(new Uint8Array(40_000)),
      ...bad.identities,
      ...bad.identities,
    ];
    expect(await client.comments()).toEqual(['ours', 'good', 'bad']);
    expect(stateOf(bad)).toEqual({ status: 'ready', leftOut: 5 });
  });

  it('lists 100,000 keys with long comments: 256 of them are taken, the comments are cut, and others have turns', async () => {
    const { agent, connect, bad, keys } = await agentWithStores();
    const many = Array.from({ length: 300 }, () => ecdsaKey('P-256'));
    const comment = new Uint8Array(5_000).fill(0x61);
    bad.identities = Array.from({ length: 100_000 }, (_, n) => ({
      blob: many[n % 300]?.blob ?? new Uint8Array(),
      comment,
      need: 'nothing',
    }));
    const { turns } = await turnsDuring(() => agent.stores.refresh());
    expect(turns).toBeGreaterThan(200);
    await settle();
    expect(agent.stores.list()[1]).toMatchObject({ keyCount: 256, state: { leftOut: 99_744 } });
    expect(Math.max(...agent.keys.list().map(({ rawComment }) => rawComment.length))).toBe(4096);
    expect(await connect().sign(keys.ours.blob, bytes('x'))).toBeDefined();
    // They take no place from keys that are added here.
    expect(await connect().status(addRequest(ed25519Key(), 'one more'))).toBe(6);
  });

  it('can be one of 16, and no more', async () => {
    const { agent } = testAgent();
    const add = (n: number) => agent.stores.add(new FakeStore(String(n)));
    for (let n = 0; n < 16; n++) add(n);
    expect(() => add(16)).toThrow('too many');
    add(3);
  });
});

describe('what another agent is told of a connection', () => {
  it('its session-binds, as they came', async () => {
    const { connect, bad, keys } = await agentWithStores();
    const [hop, host] = [testHost(), testHost()];
    const client = connect();
    await bind(client, hop, sid(1), true);
    const last = host.bind(sid(2), false);
    await client.extension('session-bind@openssh.com', last);
    const seen: (readonly Uint8Array[])[] = [];
    bad.sign = (use) => {
      seen.push(use.sessionBinds);
      return Promise.resolve(bad.signNow(use));
    };
    await client.sign(keys.bad.blob, bytes('x'));
    await connect().sign(keys.bad.blob, bytes('x'));
    expect(seen).toEqual([[expect.any(Uint8Array), last], []]);
  });

  it('nothing that it would take, where one was refused', async () => {
    const { connect, bad, keys } = await agentWithStores();
    const client = connect();
    await bind(client, testHost(), sid(1), true);
    await client.extension('session-bind@openssh.com', testHost().bind(sid(1), true));
    let seen: readonly Uint8Array[] = [];
    bad.sign = (use) => {
      seen = use.sessionBinds;
      return Promise.resolve(bad.signNow(use));
    };
    await client.sign(keys.bad.blob, bytes('x'));
    expect(seen).toEqual([new Uint8Array()]);
  });

  it('and a connection that is bound sees only what the other agent lets it know of', async () => {
    const { connect, client, bad, clock } = await agentWithStores();
    const second = ed25519Key();
    bad.with(second, 'second');
    bad.listFor = () => Promise.resolve([second.blob]);
    const bound = connect();
    await bind(bound, testHost(), sid(1), false);
    expect(await bound.comments()).toEqual(['ours', 'good', 'second']);
    expect(await client.comments()).toEqual(['ours', 'good', 'bad', 'second']);
    // An answer that comes after another binding says nothing of that.
    let answer = (_blobs: readonly Uint8Array[]) => {};
    bad.listFor = () =>
      new Promise((resolve) => {
        answer = resolve;
      });
    const onTheWay = connect();
    await bind(onTheWay, testHost(), sid(2), true);
    const early = onTheWay.comments();
    await settle();
    clock.advance(400);
    expect(await early).toEqual(['ours', 'good']);
    await bind(onTheWay, testHost(), sid(3), true);
    answer([second.blob]);
    await settle();
    bad.listFor = () => new Promise(() => {});
    const late = onTheWay.comments();
    await settle();
    clock.advance(400);
    expect(await late).toEqual(['ours', 'good']);
    // Nothing is shown that may be restricted.
    bad.listFor = () => Promise.reject(new Error('gone'));
    expect(await bound.comments()).toEqual(['ours', 'good']);
  });
});

describe('agents that have each other', () => {
  it('a signature that comes back while it is being made is refused', async () => {
    const { connect, bad, keys } = await agentWithStores();
    let depth = 0;
    bad.sign = async (use) => {
      depth++;
      const signature = await connect().sign(use.blob, use.data);
      if (signature === undefined) throw new Error('refused');
      return signature;
    };
    expect(await connect().sign(keys.bad.blob, bytes('x'))).toBeUndefined();
    expect(depth).toBe(1);
  });

  it('a list that another agent wants asks no agent for its keys', async () => {
    const { connect, bad } = await agentWithStores();
    let lists = 0;
    bad.list = () => {
      lists++;
      return Promise.resolve(bad.identities);
    };
    const other = connect();
    await other.extension('from-agent@sallyport', new WireWriter().string(new Uint8Array(16)).finish());
    expect(await other.comments()).toEqual(['ours']);
    expect(lists).toBe(0);
    expect(await connect().comments()).toEqual(['ours', 'good', 'bad']);
    expect(lists).toBe(1);
  });

  it('a list that comes back while it is being made waits for nothing for ever', async () => {
    const { connect, bad, clock } = await agentWithStores();
    let depth = 0;
    bad.list = async () => {
      depth++;
      await connect().list();
      return bad.identities;
    };
    const list = connect().comments();
    await settle();
    clock.advance(400);
    expect(await list).toEqual(['ours', 'good', 'bad']);
    expect(depth).toBe(1);
  });
});
