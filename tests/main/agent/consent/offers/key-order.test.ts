// Which keys are offered first, and that some always are.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyOrder } from '../../../../../main/agent/consent/offers/key-order.ts';
import type { AgentOptions } from '../../../../../main/agent/create-agent.ts';
import type { Peer } from '../../../../../main/agent/facts/peer.ts';
import { parsePublicKey } from '../../../../../main/keys/kinds/parse-public-key.ts';
import { sha256Fingerprint } from '../../../../../main/keys/kinds/shared/fingerprint.ts';
import { agentWithKey, bind, login, ssh, sshsig } from '../../../../fakes/consent-agent.ts';
import { loginData, sid, type TestHost, testHost } from '../../../../fakes/host-session.ts';
import { addFile, plantedPpk } from '../../../../fakes/planted-file.ts';
import { settle } from '../../../../fakes/settle.ts';
import { addRequest, request, type TestClient, testAgent } from '../../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../../fakes/test-certificate.ts';
import { ed25519Key, type TestKey } from '../../../../fakes/test-key.ts';

const identity = (key: string) => key;

it('a list whose order had to be looked up has no key that was removed meanwhile, and none of a locked agent', async () => {
  const { agent, connect, key } = await agentWithKey();
  const others = [ed25519Key(), ed25519Key()] as const;
  for (const other of others) expect(await connect().status(addRequest(other, 'other'))).toBe(6);
  const client = connect(ssh);
  await bind(client, testHost(), sid(1), false);
  expect(await client.sign(key.blob, login(key, 'git', sid(1)))).toBeDefined();
  await settle();
  let tell = () => {};
  const describe = () => new Promise<undefined>((resolve) => (tell = () => resolve(undefined)));
  const listed = async (meanwhile: () => unknown) => {
    const list = connect({ describe }).comments();
    await settle();
    await meanwhile();
    tell();
    return list;
  };
  expect(await listed(() => connect().status(request(18).string(key.blob)))).toEqual(['other', 'other']);
  expect(await listed(() => agent.pause('locked'))).toEqual([]);
});

describe('the order of keys', () => {
  it('puts those used for the host first, the latest before the earlier', () => {
    const order = new KeyOrder();
    for (const key of ['c', 'b']) order.noteUse(key, 'host');
    order.noteUse('d', 'other host');
    expect(order.forHost(['a', 'b', 'c', 'd'], identity, 'host', 'all')).toEqual({
      offered: ['b', 'c', 'a', 'd'],
      hidden: [],
      usedBefore: 2,
    });
    expect(order.forHost(['a', 'b'], identity, 'unknown host', 1).offered).toEqual(['a', 'b']);
  });

  it('hides keys only where the right one is known', () => {
    const order = new KeyOrder();
    order.noteUse('c', 'host');
    expect(order.forHost(['a', 'b', 'c'], identity, 'host', 2)).toMatchObject({
      offered: ['c', 'a'],
      hidden: ['b'],
    });
    // The key that worked is not in the agent any more: all others may be the right one.
    expect(order.forHost(['a', 'b'], identity, 'host', 1).offered).toEqual(['a', 'b']);
  });

  it('never hides all keys, loses none and offers none twice, whatever happened before', () => {
    const host = fc.nat({ max: 2 }).map((n) => `h${n}`);
    const use = fc.tuple(
      fc.nat({ max: 11 }).map((n) => `k${n}`),
      host,
    );
    const limits = fc.oneof(
      { weight: 1, arbitrary: fc.constant('all' as const) },
      { weight: 3, arbitrary: fc.nat({ max: 4 }) },
    );
    const keepsAll = fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.array(use, { maxLength: 9 }),
      limits,
      host,
      (count, uses, limit, asked) => {
        const order = new KeyOrder();
        const keys = Array.from({ length: count }, (_, n) => `k${n}`);
        for (const [usedKey, usedFor] of uses) order.noteUse(usedKey, usedFor);
        const { offered, hidden, usedBefore } = order.forHost(keys, identity, asked, limit);
        expect(offered.length).toBeGreaterThan(0);
        expect([...offered, ...hidden].sort()).toEqual([...keys].sort());
        expect(usedBefore).toBeLessThanOrEqual(offered.length);
        expect([...order.byRecentUse(keys, identity)].sort()).toEqual([...keys].sort());
      },
    );
    fc.assert(keepsAll, { seed: 3, numRuns: 2_000 });
  });

  it.each([
    [3, 20],
    [4, 8],
    [6, 20],
  ])(
    'meets each key within as many logins as it takes, where a host ends one after %i of %i keys',
    (tries, count) => {
      const keys = Array.from({ length: count }, (_, n) => `k${n}`);
      for (const right of keys) {
        const order = new KeyOrder();
        const tried = () => order.forHost(keys, identity, 'host', 'all').offered.slice(0, tries);
        let logins = 1;
        for (; !tried().includes(right); logins++) order.noteVain('host');
        expect(logins).toBeLessThanOrEqual(Math.ceil(count / 3));
        order.noteUse(right, 'host');
        expect(order.forHost(keys, identity, 'host', 'all').offered).toEqual([
          right,
          ...keys.filter((key) => key !== right),
        ]);
      }
    },
  );

  it.each([3, 6])(
    'finds each of 20 keys for a client that signs with one after another, where a host ends a login after %i',
    (tries) => {
      const keys = Array.from({ length: 20 }, (_, n) => `k${n}`);
      for (const right of keys) {
        const order = new KeyOrder();
        const logIn = (session: number) => {
          const { offered } = order.forHost(keys, identity, 'host', 'all');
          for (const [n, key] of offered.slice(0, tries).entries()) {
            order.noteUse(key, 'host', `session ${session}`);
            if (key === right) return n + 1;
          }
          return undefined;
        };
        let logins = 1;
        while (logIn(logins) === undefined && logins < 99) logins++;
        expect(logins).toBeLessThanOrEqual(tries === 3 ? 19 : 8);
        expect(logIn(100)).toBe(1);
      }
    },
  );

  it('begins anew behind a key that worked before and is no longer taken, and leaves keys of others last', () => {
    const order = new KeyOrder();
    order.noteUse('c', 'host');
    order.noteVain('host');
    const ranked = (key: string) => (key.startsWith('other') ? undefined : key);
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'other 1', 'other 2'];
    expect(order.forHost(keys, ranked, 'host', 'all').offered).toEqual([
      ...['c', 'e', 'f', 'a', 'b', 'd'],
      ...['other 1', 'other 2'],
    ]);
    order.noteTaken('host');
    expect(order.forHost(keys, ranked, 'host', 'all').offered.slice(0, 3)).toEqual(['c', 'a', 'b']);
  });

  it('remembers no more than 1,000 hosts, the latest', () => {
    const order = new KeyOrder();
    for (let n = 0; n <= 1000; n++) order.noteUse('k', `host ${n}`);
    const known = ['host 0', 'host 1', 'host 1000'].map((host) => order.knows(host));
    expect(known).toEqual([false, true, true]);
    for (let n = 0; n <= 1000; n++) order.noteVain(`vain ${n}`);
    expect(['vain 0', 'vain 1', 'vain 1000'].map((host) => order.knows(host))).toEqual([false, true, true]);
  });
});

describe('the list that a client gets', () => {
  const sid = new Uint8Array(32).fill(1);

  async function agentWithKeys(count: number, options: Partial<AgentOptions> = {}, given?: TestKey[]) {
    const test = testAgent(options);
    const keys = given ?? Array.from({ length: count }, () => ed25519Key());
    for (const [n, key] of keys.entries()) await test.connect().send(addRequest(key, `key ${n}`));
    const bound = async (host: TestHost, peer?: Partial<Peer>): Promise<TestClient> => {
      const client = test.connect(peer);
      await client.extension('session-bind@openssh.com', host.bind(sid, false));
      return client;
    };
    const logIn = async (n: number, client: TestClient) => {
      expect(await client.sign(keys[n]!.blob, loginData(keys[n]!.blob, 'git', sid))).toBeDefined();
      await test.agent.consent.activitySettled();
    };
    return { ...test, keys, bound, logIn };
  }

  it('starts with the key that was used for the proved host', async () => {
    const { bound, logIn, connect, agent } = await agentWithKeys(3);
    const host = testHost();
    await logIn(2, await bound(host));
    expect(await (await bound(host)).comments()).toEqual(['key 2', 'key 0', 'key 1']);
    expect(await (await bound(testHost())).comments()).toEqual(['key 0', 'key 1', 'key 2']);
    expect(await connect().comments()).toEqual(['key 0', 'key 1', 'key 2']);
    expect(agent.consent.offers.explanations()).toMatchObject([
      { transport: 'test', host: { trust: 'verified' }, usedBefore: 1, hidden: [] },
    ]);
  });

  it('starts with the key that was used for the host that the process is connected to', async () => {
    const { connect, logIn } = await agentWithKeys(2);
    const connections = [{ address: '192.0.2.7', port: 22 }];
    const putty: Partial<Peer> = {
      describe: () => Promise.resolve({ pid: 7, executable: 'putty.exe', parents: [], connections }),
    };
    await logIn(1, connect(putty));
    expect(await connect(putty).comments()).toEqual(['key 1', 'key 0']);
    // Two connections: nobody can say which one the list is for.
    const both = { pid: 7, parents: [], connections: [...connections, { address: '192.0.2.8', port: 22 }] };
    expect(await connect({ describe: () => Promise.resolve(both) }).comments()).toEqual(['key 0', 'key 1']);
  });

  it('does not wait longer than 150 ms to learn which host it is for', async () => {
    const { connect, logIn, clock } = await agentWithKeys(2);
    const connections = [{ address: '192.0.2.7', port: 22 }];
    await logIn(1, connect({ describe: () => Promise.resolve({ pid: 7, parents: [], connections }) }));
    const listed = connect({ describe: () => new Promise(() => {}) }).comments();
    while (clock.pendingTimers === 0) await new Promise(setImmediate);
    clock.advance(150);
    expect(await listed).toEqual(['key 0', 'key 1']);
  });

  it('begins with others at a host where the last login found none of the first ones taken', async () => {
    const { bound, logIn, connect } = await agentWithKeys(5);
    const host = testHost();
    const inOrder = [0, 1, 2, 3, 4].map((n) => `key ${n}`);
    const list = async (client: TestClient) => {
      const comments = await client.comments();
      client.session.close();
      return comments;
    };
    expect(await list(await bound(host))).toEqual(inOrder);
    expect(await list(await bound(testHost()))).toEqual(inOrder);
    expect(await list(connect())).toEqual(inOrder);
    const again = await bound(host);
    expect(await again.comments()).toEqual([3, 4, 0, 1, 2].map((n) => `key ${n}`));
    await logIn(4, again);
    again.session.close();
    expect(await list(await bound(host))).toEqual([4, 0, 1, 2, 3].map((n) => `key ${n}`));
  });

  it('begins with others after a client signed with the first ones, none of which can have been taken', async () => {
    const { connect, keys, agent } = await agentWithKeys(8);
    const connections = [{ address: '192.0.2.7', port: 22 }];
    const paramiko = () =>
      connect({
        describe: () => Promise.resolve({ pid: 7, executable: 'python', parents: [], connections }),
      });
    const signWith = async (numbers: readonly number[], session: number) => {
      const client = paramiko();
      const comments = await client.comments();
      for (const n of numbers) {
        const data = loginData(keys[n]!.blob, 'git', new Uint8Array(32).fill(session));
        expect(await client.sign(keys[n]!.blob, data)).toBeDefined();
        await agent.consent.activitySettled();
      }
      client.session.close();
      return comments.map((comment) => Number(comment.slice('key '.length)));
    };
    expect(await signWith([0, 1, 2], 1)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(await signWith([2, 4, 5], 2)).toEqual([2, 4, 5, 6, 7, 0, 1, 3]);
    expect(await signWith([5, 7], 3)).toEqual([5, 7, 0, 1, 2, 3, 4, 6]);
    expect((await signWith([7], 4))[0]).toBe(7);
    expect((await signWith([], 5))[0]).toBe(7);
  });

  it('begins with both keys of a login that took two, where the client asks the server before it signs', async () => {
    const { bound, logIn } = await agentWithKeys(4);
    const host = testHost();
    const client = await bound(host);
    for (const n of [1, 3]) await logIn(n, client);
    expect(await (await bound(host)).comments()).toEqual([3, 1, 0, 2].map((n) => `key ${n}`));
  });

  it('is the person’s own again after a login that was asked for and not allowed', async () => {
    const { bound, keys, agent } = await agentWithKeys(5);
    await agent.consent.policies.setDefaultLevel('always');
    const host = testHost();
    const leaving = await bound(host);
    const before = await leaving.comments();
    leaving.session.close();
    const asking = await bound(host);
    expect(await asking.comments()).not.toEqual(before);
    const signature = asking.sign(keys[1]!.blob, loginData(keys[1]!.blob, 'git', sid));
    await settle();
    asking.session.close();
    expect(await signature).toBeUndefined();
    await agent.consent.activitySettled();
    expect(await (await bound(host)).comments()).toEqual(before);
  });

  it('is not turned round by what another machine lists', async () => {
    const { bound, connect } = await agentWithKeys(5);
    const host = testHost();
    for (let n = 0; n < 2; n++) {
      const remote = connect();
      await remote.extension('session-bind@openssh.com', testHost().bind(new Uint8Array(32), true));
      await remote.extension('session-bind@openssh.com', host.bind(sid, false));
      expect(await remote.comments()).toHaveLength(5);
      remote.session.close();
    }
    expect((await (await bound(host)).comments())[0]).toBe('key 0');
  });

  it('is not turned round where it is not known from where it was asked for', async () => {
    const { bound, connect } = await agentWithKeys(5);
    const host = testHost();
    const remote = connect();
    const refused = testHost().bind(new Uint8Array(32), true).fill(0, -65, -1);
    await remote.extension('session-bind@openssh.com', refused);
    await remote.extension('session-bind@openssh.com', host.bind(sid, false));
    expect(await remote.comments()).toHaveLength(5);
    remote.session.close();
    expect((await (await bound(host)).comments())[0]).toBe('key 0');
  });

  it('has no certificates past their time, and those before it behind all others, also of a key that was used', async () => {
    const now = Date.parse('2026-11-22T12:00:00Z') / 1000;
    const key = ed25519Key();
    const test = await agentWithKeys(0, { now: () => new Date(now * 1000) }, [key]);
    const dates = [
      [0, now - 1],
      [0, now],
      [now + 1, now + 2],
      [now, now + 1],
    ] as const;
    for (const [validAfter, validBefore] of dates) {
      const parts = { validAfter: BigInt(validAfter), validBefore: BigInt(validBefore) };
      const blob = madeUpCertificate(key.blob, parts);
      expect(await addFile(test.connect(), plantedPpk(key.blob), { blob })).toBe(6);
    }
    await test.connect().send(addRequest(ed25519Key(), 'other'));
    const ends = async (client: TestClient) =>
      (await client.list()).map(({ blob }) => {
        const { certificate } = parsePublicKey(blob);
        return certificate ? Number(certificate.validBefore) - now : 'key';
      });
    expect(await ends(test.connect())).toEqual(['key', 1, 'key', 2]);
    const host = testHost();
    await test.logIn(0, await test.bound(host));
    expect(await ends(await test.bound(host))).toEqual(['key', 1, 'key', 2]);
    expect(test.agent.consent.offers.explanations()).toMatchObject([{ usedBefore: 2 }]);
  });

  describe('where rules deny keys to the host', () => {
    const nameOf = (host: TestHost) => sha256Fingerprint(host.key.blob);

    it('has all but those, for which no login is tried in vain, and all elsewhere', async () => {
      const { bound, connect, keys, agent } = await agentWithKeys(3);
      const [host, other] = [testHost(), testHost()];
      const { policies, offers } = agent.consent;
      const key = sha256Fingerprint(keys[1]!.blob);
      await policies.addRule({ action: 'deny', key, destination: nameOf(host) });
      expect(await (await bound(host)).comments()).toEqual(['key 0', 'key 2']);
      expect(offers.explanations()).toMatchObject([{ denied: [key], usedBefore: 0 }]);
      for (const client of [await bound(other), connect()])
        expect(await client.comments()).toEqual(['key 0', 'key 1', 'key 2']);
      // A host with a password alone.
      await policies.addRule({ action: 'deny', destination: nameOf(host) });
      expect(await (await bound(host)).comments()).toEqual([]);
    });

    it('has the one key that an earlier rule has for the host', async () => {
      const { bound, keys, agent } = await agentWithKeys(3);
      const host = testHost();
      const key = sha256Fingerprint(keys[2]!.blob);
      await agent.consent.policies.addRule({ action: 'ask', key, destination: nameOf(host) });
      await agent.consent.policies.addRule({ action: 'deny', destination: nameOf(host) });
      expect(await (await bound(host)).comments()).toEqual(['key 2']);
    });

    it('has what is denied to one user alone, or allowed to one before', async () => {
      const { bound, agent } = await agentWithKeys(2);
      const host = testHost();
      const { policies } = agent.consent;
      await policies.addRule({ action: 'deny', user: 'root', destination: nameOf(host) });
      expect(await (await bound(host)).comments()).toHaveLength(2);
      await policies.addRule({ action: 'allow', user: 'git', destination: nameOf(host) });
      await policies.addRule({ action: 'deny', destination: nameOf(host) });
      expect(await (await bound(host)).comments()).toHaveLength(2);
    });

    it('has from another machine what is allowed there to a login that names the host', async () => {
      const { connect, agent } = await agentWithKeys(2);
      const [way, host] = [testHost(), testHost()];
      const allow = { action: 'allow', destination: nameOf(host), origin: 'any' } as const;
      await agent.consent.policies.addRule(allow);
      await agent.consent.policies.addRule({ action: 'deny', destination: nameOf(host) });
      const client = connect();
      await bind(client, way, Uint8Array.of(1), true);
      await bind(client, host, sid, false);
      expect(await client.comments()).toHaveLength(2);
    });

    it('has none of them for a program without session-bind, by the address that it is connected to', async () => {
      const { connect, agent } = await agentWithKeys(2);
      await agent.consent.policies.addRule({ action: 'deny', destination: '192.0.2.7' });
      const putty = (address: string): Partial<Peer> => ({
        describe: () => Promise.resolve({ pid: 7, parents: [], connections: [{ address, port: 22 }] }),
      });
      expect(await connect(putty('192.0.2.7')).comments()).toEqual([]);
      expect(await connect(putty('192.0.2.8')).comments()).toHaveLength(2);
      expect(agent.consent.offers.explanations()).toHaveLength(1);
    });

    it('does not wait longer than 150 ms to learn which host it is for', async () => {
      const { connect, agent, clock } = await agentWithKeys(1);
      await agent.consent.policies.addRule({ action: 'deny', destination: '192.0.2.7' });
      const listed = connect({ describe: () => new Promise(() => {}) }).comments();
      while (clock.pendingTimers === 0) await new Promise(setImmediate);
      clock.advance(150);
      expect(await listed).toEqual(['key 0']);
    });
  });

  it('is limited where the person wants that, and says what it kept back', async () => {
    const { bound, logIn, agent } = await agentWithKeys(4, { offerLimit: 2 });
    const host = testHost();
    expect(await (await bound(host)).comments()).toHaveLength(4);
    await logIn(3, await bound(host));
    expect(await (await bound(host)).comments()).toEqual(['key 3', 'key 0']);
    expect(agent.consent.offers.explanations()[0]?.hidden).toHaveLength(2);
    agent.consent.offers.setLimit('all');
    expect(await (await bound(host)).comments()).toHaveLength(4);
  });

  it('stays explained for a program here, however much another machine lists', async () => {
    const { bound, connect, logIn, agent } = await agentWithKeys(2);
    const [evil, host] = [testHost(), testHost()];
    await logIn(1, await bound(host));
    const [local, remote] = [connect({ pid: 7 }), connect({ pid: 8 })];
    await bind(local, host, new Uint8Array(32), false);
    await bind(remote, evil, new Uint8Array(32).fill(1), true);
    await bind(remote, host, new Uint8Array(32).fill(2), false);
    await local.list();
    for (let n = 0; n < 30; n++) await remote.list();
    const pids = agent.consent.offers.explanations().map(({ pid }) => pid);
    expect(pids).toHaveLength(20);
    expect(pids).toContain(7);
  });

  it('learns nothing from the logins of another machine, neither now nor after a restart', async () => {
    const lines: string[] = [];
    const activitySink = { load: () => [...lines], append: (line: string) => lines.push(line) };
    const { bound, connect, logIn, keys } = await agentWithKeys(3, { activitySink, offerLimit: 1 });
    const [evil, host] = [testHost(), testHost()];
    const remote = connect();
    await remote.extension('session-bind@openssh.com', evil.bind(new Uint8Array(32), true));
    await remote.extension('session-bind@openssh.com', host.bind(sid, false));
    await logIn(2, remote);
    expect(lines).toHaveLength(1);
    const all = ['key 0', 'key 1', 'key 2'];
    expect(await (await bound(host)).comments()).toEqual(all);
    const small = { maxReplyBytes: 5 + 4 + 51 + 4 + 'key 0'.length };
    expect(await connect(small).comments()).toEqual(['key 0']);
    const restarted = await agentWithKeys(3, { activitySink, offerLimit: 1 }, keys);
    expect(await (await restarted.bound(host)).comments()).toEqual(all);
    expect(await restarted.connect(small).comments()).toEqual(['key 0']);
  });

  it('that has to be cut keeps the keys that were used last', async () => {
    const { agent, connect, keys, logIn } = await agentWithKeys(5);
    await logIn(4, connect());
    await logIn(2, connect());
    // What is no login says nothing of what the next one needs.
    expect(await connect().sign(keys[3]!.blob, sshsig('git'))).toBeDefined();
    await agent.consent.activitySettled();
    const entryBytes = 4 + 51 + 4 + 'key 0'.length;
    const small = connect({ maxReplyBytes: 5 + 3 * entryBytes });
    expect(await small.comments()).toEqual(['key 2', 'key 4', 'key 0']);
  });

  it('knows after a restart what worked before, and hides nothing when that key is gone', async () => {
    const lines: string[] = [];
    const activitySink = { load: () => [...lines], append: (line: string) => lines.push(line) };
    const first = await agentWithKeys(3, { activitySink });
    const host = testHost();
    for (const n of [2, 1]) await first.logIn(n, await first.bound(host));
    const second = await agentWithKeys(3, { activitySink }, first.keys);
    expect(await (await second.bound(host)).comments()).toEqual(['key 1', 'key 2', 'key 0']);
    // Other keys than those that worked: nothing may be hidden.
    const third = await agentWithKeys(2, { activitySink, offerLimit: 1 });
    expect(await (await third.bound(host)).comments()).toEqual(['key 0', 'key 1']);
    expect(third.agent.consent.offers.explanations()).toEqual([]);
  });
});
