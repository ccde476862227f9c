// The list that is made once for all connections without a host: whatever changes, nobody is shown one of before.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Agent, AgentOptions } from '../../../../../main/agent/create-agent.ts';
import type { Peer } from '../../../../../main/agent/facts/peer.ts';
import { cheapOffload, namedEd25519Key, ppkFile } from '../../../../fakes/cheap-key-files.ts';
import { bind } from '../../../../fakes/consent-agent.ts';
import { restrict } from '../../../../fakes/destination-constraint.ts';
import { FakeStore } from '../../../../fakes/fake-store.ts';
import { sid, testHost } from '../../../../fakes/host-session.ts';
import { addFile } from '../../../../fakes/planted-file.ts';
import { typed, UnlockingApprover } from '../../../../fakes/scripted-approver.ts';
import { settle } from '../../../../fakes/settle.ts';
import {
  addRequest,
  bytes,
  constrain,
  request,
  type TestClient,
  testAgent,
} from '../../../../fakes/test-agent.ts';
import { madeUpCertificate, withCertificate } from '../../../../fakes/test-certificate.ts';

const startMs = Date.parse('2026-11-02T08:00:00Z');
const minute = 60_000;
const keys = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ ...namedEd25519Key(name), name }));
const passphrase = 'open';
const files = await Promise.all(
  keys.map(async (key) => Buffer.from(await ppkFile(key, passphrase, key.name)).toString()),
);
/** A certificate of the key, from and until so many minutes after the start. */
const certificateOf = (n: number, from?: number, until?: number) => {
  const at = (minutes: number) => BigInt(startMs / 1000 + minutes * 60);
  return madeUpCertificate(keys[n]!.blob, {
    authorityKey: keys[0]!.blob,
    ...(from !== undefined && { validAfter: at(from) }),
    ...(until !== undefined && { validBefore: at(until) }),
  });
};
const addCertificate = (n: number, from?: number, until?: number, constraints?: Uint8Array) =>
  addRequest(
    withCertificate(keys[n]!, certificateOf(n, from, until)),
    keys[n]!.name.toUpperCase(),
    constraints,
  );
const [host, way] = [testHost(), testHost()];

/** A process that is connected to no host. */
const facts = { pid: 42, executable: '/usr/bin/program', parents: [], connections: [] };
const hostless: Partial<Peer> = { pid: 42, describe: () => Promise.resolve(facts) };

/** An agent whose time of day goes on with its clock, and can be set; `keys` are in it in clear. */
async function agentWith(count: number, options: Partial<AgentOptions> = {}) {
  let setByMs = 0;
  const now = () => new Date(startMs + setByMs + test.clock.elapsedMs());
  const test = testAgent({ now, offload: cheapOffload, ...options });
  const client = test.connect(hostless);
  for (const key of keys.slice(0, count)) await client.send(addRequest(key, key.name));
  const set = (ms: number) => {
    setByMs += ms;
  };
  const unasked = test.connect({ ...hostless, mayPrompt: false });
  return { ...test, client, unasked, set };
}
type World = Awaited<ReturnType<typeof agentWith>>;

const idOf = (agent: Agent, comment: string) =>
  agent.keys.list().find((key) => key.comment === comment)?.id ?? '';
const remove = (n: number) => request(18).string(keys[n]!.blob);

/** Signs with it; the person allows that, and types the passphrase where one is asked for. */
async function openFor({ connect, approver }: World, n: number, seconds: number): Promise<void> {
  let [confirms, passphrases] = [approver.confirms.length, approver.passphrases.length];
  let isDone = false;
  const client = connect(hostless);
  const signed = client.sign(keys[n]!.blob, bytes('data')).finally(() => (isDone = true));
  for (let turn = 0; turn < 20 && !isDone; turn++) {
    await settle();
    for (; confirms < approver.confirms.length; confirms++) approver.confirms[confirms]?.answer('allow');
    for (; passphrases < approver.passphrases.length; passphrases++)
      approver.passphrases[passphrases]?.answer(typed(passphrase, { kind: 'for', seconds }));
  }
  // It may wait for what comes with time alone.
  client.session.close();
  await signed;
}

/** Each list twice, as the second is the one that was kept. */
async function listed(world: World): Promise<readonly [string, string]> {
  const names = async (client: TestClient) => {
    const comments = await client.comments();
    expect(await client.comments()).toEqual(comments);
    return comments.join('');
  };
  return [await names(world.client), await names(world.unasked)];
}

describe('a list that is kept', () => {
  it('is the same bytes again, for another connection as well, and no look at the keys', async () => {
    const { client, connect, agent } = await agentWith(5);
    const first = await client.session.handle(Uint8Array.of(11));
    expect(await client.session.handle(Uint8Array.of(11))).toBe(
      await client.session.handle(Uint8Array.of(11)),
    );
    const other = connect(hostless);
    await other.list();
    expect(await other.session.handle(Uint8Array.of(11))).toBe(
      await client.session.handle(Uint8Array.of(11)),
    );
    expect(await other.session.handle(Uint8Array.of(11))).toEqual(first);
    agent.keys.move(idOf(agent, 'e'), 0);
    expect(await client.comments()).toEqual(['e', 'a', 'b', 'c', 'd']);
  });

  const confirmed = constrain.confirm();
  const short = constrain.lifetime(60);
  it.each<[string, (world: World) => unknown, (world: World) => unknown, string, string, string?]>([
    ['a key was added', () => {}, ({ client }) => client.send(addRequest(keys[3]!, 'd')), 'abcd', 'abcd'],
    ['one was removed', () => {}, ({ client }) => client.send(remove(1)), 'ac', 'ac'],
    ['all were removed', () => {}, ({ client }) => client.send(request(19)), '', ''],
    ['one was renamed', () => {}, ({ client }) => client.send(addRequest(keys[1]!, 'B')), 'aBc', 'aBc'],
    ['one was moved', () => {}, ({ agent }) => agent.keys.move(idOf(agent, 'c'), 0), 'cab', 'cab'],
    [
      'a lifetime ended, and its timer',
      ({ client }) => client.send(addRequest(keys[3]!, 'd', short)),
      ({ clock }) => clock.advance(minute),
      ...(['abc', 'abc'] as const),
    ],
    [
      'a lifetime ended while the machine slept',
      ({ client }) => client.send(addRequest(keys[3]!, 'd', short)),
      ({ clock }) => clock.sleep(minute),
      ...(['abc', 'abc'] as const),
    ],
    [
      'the person set a lifetime that ended',
      ({ agent }) => agent.keys.setLifetime(idOf(agent, 'b'), 60),
      ({ clock }) => clock.sleep(minute),
      'ac',
      'ac',
    ],
    [
      'the person wants to be asked',
      () => {},
      ({ agent }) => agent.keys.setConfirm(idOf(agent, 'b'), true),
      'abc',
      'ac',
    ],
    [
      'a client wants that',
      () => {},
      ({ client }) => client.send(addRequest(keys[1]!, 'b', confirmed)),
      ...(['abc', 'ac'] as const),
    ],
    [
      'the person wants to be asked no more',
      ({ agent }) => agent.keys.setConfirm(idOf(agent, 'b'), true),
      ({ agent }) => agent.keys.setConfirm(idOf(agent, 'b'), false),
      ...(['abc', 'abc'] as const),
    ],
    ['an encrypted key was added', () => {}, ({ client }) => addFile(client, files[3]!), 'abcd', 'abc'],
    [
      'it was opened',
      ({ client }) => addFile(client, files[3]!),
      (world) => openFor(world, 3, 60),
      ...(['abcd', 'abcd'] as const),
    ],
    [
      'it was encrypted again by the person',
      async (world) => {
        await addFile(world.client, files[3]!);
        await openFor(world, 3, 60);
      },
      ({ agent }) => agent.keys.reencryptAll(),
      ...(['abcd', 'abc'] as const),
    ],
    [
      'its time in clear ended while the machine slept',
      async (world) => {
        await addFile(world.client, files[3]!);
        await openFor(world, 3, 60);
      },
      ({ clock }) => clock.sleep(minute),
      ...(['abcd', 'abc'] as const),
    ],
    [
      'a certificate ended by the time of day',
      ({ client }) => client.send(addCertificate(1, undefined, 2)),
      ({ set }) => set(2 * minute),
      ...(['abc', 'abc'] as const),
    ],
    [
      'one that had ended is good again, as the time of day was set back',
      async ({ client, set }) => {
        await client.send(addCertificate(1, undefined, 2));
        set(2 * minute);
      },
      ({ set }) => set(-minute),
      ...(['abBc', 'abBc'] as const),
    ],
    [
      'one has begun, which stood behind all others',
      ({ client }) => client.send(addCertificate(1, 2)),
      ({ set }) => set(2 * minute),
      ...(['abBc', 'abBc'] as const),
    ],
    [
      'one that had begun has not any more, as the time of day was set back',
      async ({ client, set }) => {
        await client.send(addCertificate(1, 2));
        set(2 * minute);
      },
      ({ set }) => set(-minute),
      ...(['abcB', 'abcB'] as const),
    ],
    [
      'a place of keys was added, and another key there',
      () => {},
      async ({ agent }) => {
        agent.stores.add(new FakeStore().with(keys[3]!, 'd'));
        await settle();
      },
      ...(['abcd', 'abcd'] as const),
    ],
    [
      'it went away',
      async (world) => {
        world.agent.stores.add(new FakeStore().with(keys[3]!, 'd'));
        await settle();
      },
      async ({ agent }) => {
        agent.stores.add(new FakeStore().with(keys[3]!, 'd').die());
        await settle();
      },
      ...(['abc', 'abc'] as const),
    ],
    [
      'it was removed',
      async ({ agent }) => {
        agent.stores.add(new FakeStore().with(keys[3]!, 'd'));
        await settle();
      },
      ({ agent }) => agent.stores.remove('upstream:other'),
      ...(['abc', 'abc'] as const),
    ],
    ['the person has locked it, who is not asked here', () => {}, ({ agent }) => agent.pause('away'), '', ''],
    ['a program has locked it', () => {}, ({ client }) => client.send(request(22).text('secret')), '', ''],
  ])('is made anew when %s', async (_when, before, change, expected, expectedUnasked) => {
    const world = await agentWith(3);
    await before(world);
    const earlier = await listed(world);
    await change(world);
    const now = await listed(world);
    expect(now).toEqual([expected, expectedUnasked]);
    expect(now).not.toEqual(earlier);
  });

  it('has no key that goes to some hosts alone for who is bound to another one, or in doubt about that', async () => {
    const { client, connect } = await agentWith(2);
    const only = restrict({ to: ['host', host] });
    await client.send(addRequest(keys[2]!, 'c', only));
    expect(await client.comments()).toEqual(['a', 'b', 'c']);
    const later = connect(hostless);
    expect(await later.comments()).toEqual(['a', 'b', 'c']);
    await bind(later, way, sid(1), false);
    expect(await later.comments()).toEqual(['a', 'b']);
    const refused = connect(hostless);
    expect(await refused.comments()).toEqual(['a', 'b', 'c']);
    expect((await refused.extension('session-bind@openssh.com', new Uint8Array(3)))[0]).not.toBe(6);
    expect(await refused.comments()).toEqual(['a', 'b']);
    let mayForward = false;
    const sender = {
      get mayForward() {
        return mayForward;
      },
      noteForwarding: () => {},
    };
    const message = connect({ ...hostless, sender });
    expect(await message.comments()).toEqual(['a', 'b', 'c']);
    mayForward = true;
    expect(await message.comments()).toEqual(['a', 'b']);
    expect(await client.comments()).toEqual(['a', 'b', 'c']);
  });

  it('is shown while the agent is locked to who may have the person asked to unlock it, and to nobody else', async () => {
    const world = await agentWith(3, { approver: new UnlockingApprover() });
    expect(await listed(world)).toEqual(['abc', 'abc']);
    world.agent.pause('away');
    expect(await listed(world)).toEqual(['abc', '']);
    await world.client.send(request(22).text('secret'));
    world.agent.pause('away');
    world.agent.resume();
    expect(await listed(world)).toEqual(['abc', 'abc']);
  });

  it('is not what a channel gets that has no room for it', async () => {
    const { client, connect } = await agentWith(3);
    const whole = (await client.send(request(11))).length;
    expect(await connect({ ...hostless, maxReplyBytes: whole }).comments()).toHaveLength(3);
    expect(await connect({ ...hostless, maxReplyBytes: whole - 1 }).comments()).toHaveLength(2);
  });

  it('is not held where no channel has room for it, and who has room gets it all the same', async () => {
    const { client, connect } = await agentWith(0);
    for (const key of keys.slice(0, 3)) await client.send(addRequest(key, 'x'.repeat(100_000)));
    const [first, second] = [await client.session.handle(Uint8Array.of(11)), await client.comments()];
    expect([first.length < 262_144, second.length]).toEqual([true, 2]);
    const roomy = connect({ ...hostless, maxReplyBytes: 400_000 });
    const whole = await roomy.session.handle(Uint8Array.of(11));
    expect(await roomy.comments()).toHaveLength(3);
    expect(await roomy.session.handle(Uint8Array.of(11))).not.toBe(whole);
  });

  it('is not what a process gets that is connected to a host, from the first rule about hosts on', async () => {
    const { client, connect, agent } = await agentWith(3);
    const connections = [{ address: '192.0.2.7', port: 22 }];
    const putty = connect({ describe: () => Promise.resolve({ ...facts, connections }) });
    expect([await client.comments(), await putty.comments()]).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
    await agent.consent.policies.addRule({ action: 'deny', destination: '192.0.2.7' });
    expect([await client.comments(), await putty.comments()]).toEqual([['a', 'b', 'c'], []]);
  });

  it('waits each time for a process that was not seen in time: it may have a host yet', async () => {
    const { client, connect, clock } = await agentWith(5);
    expect(await client.comments()).toHaveLength(5);
    const waiting = connect({ describe: () => new Promise<undefined>(() => {}) });
    for (const _ of [1, 2]) {
      let isListed = false;
      const list = waiting.comments().finally(() => (isListed = true));
      await settle();
      expect(isListed).toBe(false);
      clock.advance(150);
      expect(await list).toHaveLength(5);
    }
  });
});

describe('whichever way a list is made', () => {
  const some = fc.nat({ max: keys.length - 1 });
  const constraint = fc.constantFrom(undefined, constrain.confirm(), constrain.lifetime(60));
  const dates: readonly (readonly [number | undefined, number | undefined])[] = [
    [undefined, undefined],
    [undefined, 2],
    [2, undefined],
    [1, 3],
    [undefined, -1],
  ];
  type Step = (world: World) => unknown;
  const steps: fc.Arbitrary<Step> = fc.oneof(
    fc.tuple(some, constraint).map(
      ([n, c]): Step =>
        ({ client }) =>
          client.send(addRequest(keys[n]!, keys[n]!.name, c)),
    ),
    fc.tuple(some, constraint).map(
      ([n, c]): Step =>
        ({ client }) =>
          client.send(addCertificate(n, ...dates[n]!, c)),
    ),
    some.map(
      (n): Step =>
        ({ client }) =>
          addFile(client, files[n]!),
    ),
    some.map(
      (n): Step =>
        async ({ connect }) => {
          const elsewhere = connect(hostless);
          await bind(elsewhere, way, sid(1), true);
          await elsewhere.send(addRequest(keys[n]!, 'elsewhere'));
        },
    ),
    some.map(
      (n): Step =>
        ({ client }) =>
          client.send(remove(n)),
    ),
    some.map(
      (n): Step =>
        (world) =>
          openFor(world, n, 90),
    ),
    some.map(
      (n): Step =>
        ({ agent }) =>
          agent.keys.setConfirm(idOf(agent, keys[n]!.name), n % 2 === 0),
    ),
    some.map(
      (n): Step =>
        ({ agent }) =>
          agent.keys.move(idOf(agent, keys[n]!.name), 0),
    ),
    some.map(
      (n): Step =>
        ({ agent }) =>
          agent.keys.setLifetime(idOf(agent, keys[n]!.name), 30 * n),
    ),
    fc.nat({ max: 3 }).map(
      (n): Step =>
        ({ clock }) =>
          clock.sleep((n * minute) / 2),
    ),
    fc.nat({ max: 3 }).map(
      (n): Step =>
        ({ clock }) =>
          clock.advance((n * minute) / 2),
    ),
    fc.integer({ min: -4, max: 4 }).map(
      (n): Step =>
        ({ set }) =>
          set((n * minute) / 2),
    ),
    fc.constant<Step>(({ agent }) => agent.keys.reencryptAll()),
    fc.constant<Step>(({ agent }) => (agent.isLocked ? agent.resume() : agent.pause('away'))),
  );

  it('it is the same: kept, or made for the connection that asks', async () => {
    // A key that is not there is set for a host: then each list is made for who asks.
    const keysForHosts = { current: new Map([['SHA256:none', ['host']]]) };
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 4, maxLength: 24 }), async (script) => {
        const worlds = [await agentWith(2), await agentWith(2, { keysForHosts })] as const;
        const bound = await Promise.all(
          worlds.map(async ({ connect }) => {
            const client = connect(hostless);
            await bind(client, host, sid(1), false);
            return client;
          }),
        );
        for (const step of script) {
          for (const world of worlds) await step(world);
          const replies = await Promise.all(
            worlds.map(async ({ client, unasked }, n) => {
              const all = [];
              for (const each of [client, unasked, client, bound[n]!])
                all.push(Buffer.from(await each.session.handle(Uint8Array.of(11))).toString('base64'));
              return all;
            }),
          );
          expect(replies[0]).toEqual(replies[1]);
        }
        for (const { agent } of worlds) agent.stop();
      }),
      { numRuns: 120 },
    );
  });
});
