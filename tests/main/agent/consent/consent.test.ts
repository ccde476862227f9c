// Consent through the protocol: what a client gets when a person, a rule or an earlier answer decides.
import { describe, expect, it } from 'vitest';
import type { AgentOptions } from '../../../../main/agent/create-agent.ts';
import type { HostNames } from '../../../../main/agent/host-names.ts';
import type { Peer } from '../../../../main/agent/peer.ts';
import { WireWriter } from '../../../../main/keys/wire.ts';
import { loginData, type TestHost, testHost } from '../../../fakes/host-session.ts';
import {
  addRequest,
  bytes,
  constrain,
  request,
  type TestClient,
  testAgent,
} from '../../../fakes/test-agent.ts';
import { ed25519Key, type TestKey } from '../../../fakes/test-key.ts';

const sid = (n: number) => new Uint8Array(32).fill(n);
const success = Uint8Array.of(6);

function program(executable: string, pid = 42): Partial<Peer> {
  return { pid, describe: () => Promise.resolve({ pid, executable, parents: [], connections: [] }) };
}
const ssh = program('/usr/bin/ssh');

const sshsig = (namespace: string) =>
  new WireWriter()
    .bytes(bytes('SSHSIG'))
    .text(namespace)
    .text('')
    .text('sha512')
    .string(new Uint8Array(64))
    .finish();

async function agentWithKey(constraints?: Uint8Array, options: Partial<AgentOptions> = {}) {
  const test = testAgent({ now: () => new Date('2026-11-22T12:00:00Z'), ...options });
  const key = ed25519Key();
  const add = () => test.connect().send(addRequest(key, 'me@work', constraints));
  expect(await add()).toEqual(success);
  /** Answers the n-th confirm prompt. */
  const answer = async (n: number, ...[given]: Parameters<(typeof test.approver.confirms)[0]['answer']>) =>
    (await test.approver.confirmPrompt(n)).answer(given);
  return { ...test, key, add, answer, prompts: () => test.approver.confirms.length };
}

/** Lets everything happen that needs neither the clock nor the person. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function bind(client: TestClient, host: TestHost, session: Uint8Array, forwarded: boolean) {
  return (await client.extension('session-bind@openssh.com', host.bind(session, forwarded)))[0] === 6;
}

const login = (key: TestKey, user = 'git', session = sid(1), hostKey?: Uint8Array) =>
  loginData(key.blob, user, session, hostKey);

const namesOf = (names: ReadonlyMap<TestKey, string>): HostNames => ({
  nameOf: (hostKey) => {
    for (const [key, name] of names)
      if (Buffer.compare(key.blob, hostKey.blob) === 0)
        return Promise.resolve({ names: [name], source: 'known_hosts', isRevoked: false });
    return Promise.resolve(undefined);
  },
  nameAt: () => Promise.resolve({ names: ['seen.example'], source: 'putty', isRevoked: false }),
});

describe('the prompt', () => {
  it('answers who, what for, where to and with which key, with the way there', async () => {
    const [bastion, target] = [testHost(), testHost()];
    const hostNames = namesOf(
      new Map([
        [bastion.key, 'bastion.example'],
        [target.key, 'db.example'],
      ]),
    );
    const { connect, key, approver, answer } = await agentWithKey(constrain.confirm(), { hostNames });
    const client = connect(ssh);
    expect(await bind(client, bastion, sid(1), true)).toBe(true);
    expect(await bind(client, target, sid(2), false)).toBe(true);
    const signed = client.sign(key.blob, login(key, 'root', sid(2), target.key.blob));
    const { request: asked } = await approver.confirmPrompt(0);
    expect(asked).toMatchObject({
      reason: { kind: 'use-key', because: 'Whoever added this key wants each use confirmed.' },
      key: { comment: 'me@work', algorithm: 'ssh-ed25519' },
      mayRemember: true,
      requester: {
        transport: 'test',
        pid: 42,
        process: { executable: '/usr/bin/ssh' },
        purpose: { kind: 'ssh-login', user: 'root' },
        forwarded: true,
        path: [{ algorithm: 'ssh-ed25519', name: { names: ['bastion.example'] } }],
        destination: { trust: 'verified', basis: 'session-bind', host: { name: { names: ['db.example'] } } },
      },
    });
    await answer(0, 'allow');
    expect(key.verify((await signed)!, login(key, 'root', sid(2), target.key.blob))).toBe(true);
  });

  it('names a host that was only observed as observed', async () => {
    const { connect, key, approver } = await agentWithKey(constrain.confirm(), {
      hostNames: namesOf(new Map()),
    });
    const connections = [{ address: '192.0.2.7', port: 22 }];
    const putty = { pid: 7, executable: 'C:\\putty.exe', parents: [], connections };
    void connect({ describe: () => Promise.resolve(putty) }).sign(key.blob, login(key));
    expect((await approver.confirmPrompt(0)).request.requester.destination).toEqual({
      trust: 'observed',
      address: '192.0.2.7',
      port: 22,
      name: { names: ['seen.example'], source: 'putty', isRevoked: false },
    });
  });

  it('is asked without names when looking them up never ends', async () => {
    const never = () => new Promise<never>(() => {});
    const { connect, key, approver, clock } = await agentWithKey(constrain.confirm(), {
      hostNames: { nameOf: never, nameAt: never },
    });
    const host = testHost();
    const client = connect(ssh);
    await bind(client, host, sid(1), false);
    void client.sign(key.blob, login(key));
    await settle();
    clock.advance(2000);
    const { request: asked } = await approver.confirmPrompt(0);
    expect(asked.requester.destination).toMatchObject({
      trust: 'verified',
      host: { algorithm: 'ssh-ed25519' },
    });
  });

  it('says that data is unknown, and offers to remember nothing', async () => {
    const { connect, key, approver } = await agentWithKey(constrain.confirm());
    void connect(ssh).sign(key.blob, bytes('anything'));
    expect((await approver.confirmPrompt(0)).request).toMatchObject({
      mayRemember: false,
      requester: { purpose: { kind: 'unknown' } },
    });
  });
});

describe('remembered answers', () => {
  const remember = { kind: 'allow', remember: 'five-minutes' } as const;

  it('answer the same question until their time is over', async () => {
    const { connect, key, answer, prompts, clock, agent } = await agentWithKey(constrain.confirm());
    const first = connect(ssh).sign(key.blob, login(key));
    await answer(0, remember);
    expect(await first).toBeDefined();
    // Programs such as those built on ssh2 open a connection for each signature.
    expect(await connect(ssh).sign(key.blob, login(key, 'git', sid(2)))).toBeDefined();
    expect(agent.consent.approvals.list()).toMatchObject([{ secondsLeft: 300, key: { comment: 'me@work' } }]);
    expect(prompts()).toBe(1);
    clock.advance(300_000);
    expect(agent.consent.approvals.list()).toEqual([]);
    const again = connect(ssh).sign(key.blob, login(key));
    await answer(1, 'deny');
    expect(await again).toBeUndefined();
  });

  it.each<[string, Partial<Peer>, (key: TestKey) => Uint8Array]>([
    ['another program', program('/usr/bin/rsync'), (key) => login(key)],
    ['another user', ssh, (key) => login(key, 'root')],
    ['another purpose', ssh, () => sshsig('git')],
    ['unknown data', ssh, () => bytes('junk')],
    ['a host that is now proved', ssh, (key) => login(key, 'git', sid(1), testHost().key.blob)],
  ])('say nothing about %s', async (_, peer, data) => {
    const { connect, key, answer, approver } = await agentWithKey(constrain.confirm());
    const first = connect(ssh).sign(key.blob, login(key));
    await answer(0, remember);
    await first;
    const second = connect(peer).sign(key.blob, data(key));
    (await approver.confirmPrompt(1)).answer('deny');
    expect(await second).toBeUndefined();
  });

  it('say nothing about another key', async () => {
    const { connect, key, answer } = await agentWithKey(constrain.confirm());
    const other = ed25519Key();
    await connect().send(addRequest(other, 'me@work', constrain.confirm()));
    const first = connect(ssh).sign(key.blob, sshsig('git'));
    await answer(0, remember);
    await first;
    const second = connect(ssh).sign(other.blob, sshsig('git'));
    await answer(1, 'deny');
    expect(await second).toBeUndefined();
  });

  it('of a local request say nothing about a forwarded one, and the other way round', async () => {
    const { connect, key, answer, prompts } = await agentWithKey(constrain.confirm());
    const [bastion, target] = [testHost(), testHost()];
    const forwardedSign = async () => {
      const client = connect(ssh);
      await bind(client, bastion, sid(8), true);
      await bind(client, target, sid(9), false);
      return client.sign(key.blob, login(key, 'git', sid(9)));
    };
    const localSign = async () => {
      const client = connect(ssh);
      await bind(client, target, sid(7), false);
      return client.sign(key.blob, login(key, 'git', sid(7)));
    };
    const local = localSign();
    await answer(0, remember);
    expect(await local).toBeDefined();
    const forwarded = forwardedSign();
    await answer(1, remember);
    expect(await forwarded).toBeDefined();
    expect(await forwardedSign()).toBeDefined();
    expect(await localSign()).toBeDefined();
    expect(prompts()).toBe(2);
  });

  it('for one way through other machines say nothing about another way', async () => {
    const { connect, key, answer } = await agentWithKey(constrain.confirm());
    const target = testHost();
    const signThrough = async (bastion: TestHost) => {
      const client = connect(ssh);
      await bind(client, bastion, sid(8), true);
      await bind(client, target, sid(9), false);
      return client.sign(key.blob, login(key, 'git', sid(9)));
    };
    const first = signThrough(testHost());
    await answer(0, remember);
    await first;
    const second = signThrough(testHost());
    await answer(1, 'deny');
    expect(await second).toBeUndefined();
  });

  it('are gone when the agent is locked', async () => {
    const { connect, key, answer, agent } = await agentWithKey(constrain.confirm());
    const first = connect(ssh).sign(key.blob, login(key));
    await answer(0, { kind: 'allow', remember: 'until-locked' });
    await first;
    agent.pause('the session was locked');
    expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    agent.resume();
    const second = connect(ssh).sign(key.blob, login(key));
    await answer(1, 'deny');
    expect(await second).toBeUndefined();
  });

  it('are gone with the key, and not back with it', async () => {
    const { connect, key, answer, add, agent } = await agentWithKey(constrain.confirm());
    const first = connect(ssh).sign(key.blob, login(key));
    await answer(0, { kind: 'allow', remember: 'until-locked' });
    await first;
    expect(await connect().send(request(18).string(key.blob))).toEqual(success);
    expect(agent.consent.approvals.list()).toEqual([]);
    expect(await add()).toEqual(success);
    const second = connect(ssh).sign(key.blob, login(key));
    await answer(1, 'deny');
    expect(await second).toBeUndefined();
  });

  it('can be revoked', async () => {
    const { connect, key, answer, agent } = await agentWithKey(constrain.confirm());
    const first = connect(ssh).sign(key.blob, login(key));
    await answer(0, remember);
    await first;
    const [approval] = agent.consent.approvals.list();
    expect(agent.consent.approvals.revoke(approval!.id)).toBe(true);
    expect(agent.consent.approvals.revoke(approval!.id)).toBe(false);
    const second = connect(ssh).sign(key.blob, login(key));
    await answer(1, 'deny');
    expect(await second).toBeUndefined();
  });

  it('given before a client asked for confirmation do not answer for it', async () => {
    const { connect, key, answer, agent } = await agentWithKey();
    await agent.consent.policies.setDefaultLevel('always');
    const first = connect(ssh).sign(key.blob, login(key));
    await answer(0, { kind: 'allow', remember: 'until-locked' });
    expect(await first).toBeDefined();
    expect(await connect(ssh).sign(key.blob, login(key))).toBeDefined();
    await connect().send(addRequest(key, 'me@work', constrain.confirm()));
    const second = connect(ssh).sign(key.blob, login(key));
    await answer(1, 'deny');
    expect(await second).toBeUndefined();
  });

  it('are not kept for a program that is not known', async () => {
    const { connect, key, approver, answer } = await agentWithKey(constrain.confirm());
    const first = connect({ pid: 5 }).sign(key.blob, login(key));
    expect((await approver.confirmPrompt(0)).request.mayRemember).toBe(false);
    await answer(0, remember);
    expect(await first).toBeDefined();
    const second = connect({ pid: 5 }).sign(key.blob, login(key));
    await answer(1, 'deny');
    expect(await second).toBeUndefined();
  });
});

describe('clients that lie', () => {
  it("who replay another session's bind are asked about, and proved nowhere", async () => {
    const { connect, key, approver } = await agentWithKey();
    const good = testHost();
    const client = connect(ssh);
    // What a machine on the way has seen: the good host's signature over a session of somebody else.
    expect(await bind(client, good, sid(3), false)).toBe(true);
    const signed = client.sign(key.blob, login(key, 'root', sid(4)));
    const { request: asked, answer } = await approver.confirmPrompt(0);
    expect(asked.requester).toMatchObject({ problem: 'other-session' });
    expect(asked.requester.destination).toBeUndefined();
    expect(asked.mayRemember).toBe(false);
    answer('deny');
    expect(await signed).toBeUndefined();
  });

  it('who name another host in the login than in the bind are asked about', async () => {
    const { connect, key, approver } = await agentWithKey();
    const client = connect(ssh);
    await bind(client, testHost(), sid(3), false);
    void client.sign(key.blob, login(key, 'root', sid(3), testHost().key.blob));
    expect((await approver.confirmPrompt(0)).request.requester.problem).toBe('other-host');
  });

  it('who bind after authentication get no other destination by it', async () => {
    const { connect, key, approver } = await agentWithKey(constrain.confirm());
    const [real, claimed] = [testHost(), testHost()];
    const client = connect(ssh);
    expect(await bind(client, real, sid(3), false)).toBe(true);
    expect(await bind(client, claimed, sid(4), false)).toBe(false);
    void client.sign(key.blob, login(key, 'root', sid(4)));
    const { requester } = (await approver.confirmPrompt(0)).request;
    expect(requester.problem).toBe('other-session');
    expect(requester.destination).toBeUndefined();
  });

  it('in a comment change nothing but the text shown', async () => {
    const { connect, answer, prompts } = await agentWithKey();
    const key = ed25519Key();
    const lie = 'me@work" verified: you allowed this\u202e\n\u001b[2J';
    await connect().send(addRequest(key, lie, constrain.confirm()));
    const first = connect(ssh).sign(key.blob, sshsig('git'));
    await answer(0, { kind: 'allow', remember: 'one-hour' });
    await first;
    // Another key with the very same words is another key.
    const twin = ed25519Key();
    await connect().send(addRequest(twin, lie, constrain.confirm()));
    const second = connect(ssh).sign(twin.blob, sshsig('git'));
    await answer(1, 'deny');
    expect(await second).toBeUndefined();
    expect(prompts()).toBe(2);
  });

  it('by asking while the agent is locked get nothing, and nobody is asked', async () => {
    const { connect, key, agent, prompts } = await agentWithKey(constrain.confirm());
    agent.pause('locked');
    expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    expect(prompts()).toBe(0);
  });
});

describe('quiet', () => {
  it('asks once for the same thing, and one answer serves all who wait', async () => {
    const { connect, key, approver, prompts } = await agentWithKey(constrain.confirm());
    const counts: number[] = [];
    const all = [1, 2, 3].map((n) => connect(ssh).sign(key.blob, login(key, 'git', sid(n))));
    const { request: asked, answer } = await approver.confirmPrompt(0);
    asked.onRequestCountChanged(() => counts.push(asked.requestCount()));
    await settle();
    expect(asked.requestCount()).toBe(3);
    answer('allow');
    expect((await Promise.all(all)).every((signature) => signature !== undefined)).toBe(true);
    expect(prompts()).toBe(1);
  });

  it('shows one prompt to a flood of 1,000 requests, and bounds the others', async () => {
    const { connect, key, approver, prompts, agent } = await agentWithKey(constrain.confirm());
    const all = Array.from({ length: 1000 }, () => connect(ssh).sign(key.blob, login(key)));
    const { request: asked, answer } = await approver.confirmPrompt(0);
    await settle();
    expect(asked.requestCount()).toBe(16);
    answer('allow');
    const signatures = await Promise.all(all);
    expect(signatures.filter((signature) => signature !== undefined)).toHaveLength(16);
    expect(prompts()).toBe(1);
    expect(agent.consent.missed.list()).toMatchObject([{ answer: 'suppressed', count: 984 }]);
    await settle();
    // The flood does not push everything else out of the activity.
    expect(agent.consent.activity.list().length).toBeLessThanOrEqual(17);
  });

  it('lets a program that varies its request have no more than three prompts waiting', async () => {
    const { connect, key, approver, prompts, answer } = await agentWithKey(constrain.confirm());
    const all = Array.from({ length: 100 }, (_, n) => connect(ssh).sign(key.blob, login(key, `user${n}`)));
    for (let n = 0; n < 3; n++) await answer(n, 'allow');
    const signatures = await Promise.all(all);
    expect(signatures.filter((signature) => signature !== undefined)).toHaveLength(3);
    expect(prompts()).toBe(3);
    expect(approver.confirms.every(({ request: { requestCount } }) => requestCount() === 1)).toBe(true);
  });

  it('answers "no" at once for a while after a "no", and longer each time', async () => {
    const { connect, key, answer, prompts, clock } = await agentWithKey(constrain.confirm());
    const deny = async () => {
      const n = prompts();
      const signed = connect(ssh).sign(key.blob, login(key));
      await answer(n, 'deny');
      expect(await signed).toBeUndefined();
    };
    await deny();
    expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    expect(prompts()).toBe(1);
    clock.advance(2000);
    await deny();
    clock.advance(2000);
    expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    expect(prompts()).toBe(2);
    clock.advance(2000);
    await deny();
  });

  it('lets the person allow the next time for a minute, once', async () => {
    const { connect, key, answer, agent, clock, prompts } = await agentWithKey(constrain.confirm());
    const { missed } = agent.consent;
    const refused = connect(ssh).sign(key.blob, login(key));
    await answer(0, 'deny');
    await refused;
    const [entry] = missed.list();
    expect(entry).toMatchObject({ answer: 'denied', count: 1, time: '2026-11-22T12:00:00.000Z' });
    expect(missed.allowNextTime(entry!.id)).toBe(true);
    expect(missed.list()).toEqual([]);
    expect(await connect(ssh).sign(key.blob, login(key))).toBeDefined();
    const next = connect(ssh).sign(key.blob, login(key));
    await answer(1, 'deny');
    expect(await next).toBeUndefined();
    missed.allowNextTime(missed.list()[0]!.id);
    clock.advance(60_000);
    const late = connect(ssh).sign(key.blob, login(key));
    await answer(2, 'deny');
    expect(await late).toBeUndefined();
    expect(prompts()).toBe(3);
  });

  it('puts what nobody answered into the inbox', async () => {
    const { connect, key, approver, agent, clock } = await agentWithKey(constrain.confirm());
    const signed = connect(ssh).sign(key.blob, login(key));
    await approver.confirmPrompt(0);
    clock.advance(60_000);
    expect(await signed).toBeUndefined();
    expect(agent.consent.missed.list()).toMatchObject([{ answer: 'missed', count: 1 }]);
  });

  it('closes the prompt of a client that disconnects, and quietens one that does so again and again', async () => {
    const { connect, key, approver, prompts } = await agentWithKey(constrain.confirm());
    const leave = async (n: number) => {
      const client = connect(ssh);
      const signed = client.sign(key.blob, login(key));
      const { signal } = await approver.confirmPrompt(n);
      client.session.close();
      expect(await signed).toBeUndefined();
      expect(signal.aborted).toBe(true);
    };
    for (let n = 0; n < 5; n++) await leave(n);
    expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    expect(prompts()).toBe(5);
  });

  it('keeps the prompt while another client waits for the same answer', async () => {
    const { connect, key, approver } = await agentWithKey(constrain.confirm());
    const leaving = connect(ssh);
    const left = leaving.sign(key.blob, login(key));
    const staying = connect(ssh).sign(key.blob, login(key));
    const { answer, signal } = await approver.confirmPrompt(0);
    await settle();
    leaving.session.close();
    expect(await left).toBeUndefined();
    expect(signal.aborted).toBe(false);
    answer('allow');
    expect(await staying).toBeDefined();
  });
});

describe('rules through the protocol', () => {
  it('deny without asking, and say which rule it was in the activity', async () => {
    const { connect, key, agent, prompts } = await agentWithKey();
    const { id } = await agent.consent.policies.addRule({ action: 'deny', program: '/usr/bin/ssh' });
    expect(await connect(ssh).sign(key.blob, login(key))).toBeUndefined();
    expect(await connect(program('/usr/bin/git')).sign(key.blob, login(key))).toBeDefined();
    await settle();
    expect(prompts()).toBe(0);
    expect(agent.consent.activity.list().map(({ answer, reason }) => [answer, reason])).toEqual([
      ['allowed', 'This key may be used without asking.'],
      ['denied', `Your rule ${id} denies this.`],
    ]);
  });

  it('allow a named host without asking', async () => {
    const host = testHost();
    const hostNames = namesOf(new Map([[host.key, 'git.example']]));
    const { connect, key, agent, answer } = await agentWithKey(undefined, { hostNames });
    await agent.consent.policies.setDefaultLevel('always');
    await agent.consent.policies.addRule({ action: 'allow', destination: 'git.example' });
    const signTo = async (to: TestHost) => {
      const client = connect(ssh);
      await bind(client, to, sid(5), false);
      return client.sign(key.blob, login(key, 'git', sid(5)));
    };
    expect(await signTo(host)).toBeDefined();
    const elsewhere = signTo(testHost());
    await answer(0, 'deny');
    expect(await elsewhere).toBeUndefined();
  });

  it('fail closed for clients that may not ask the person', async () => {
    const { connect, key, agent, prompts } = await agentWithKey();
    await agent.consent.policies.setDefaultLevel('always');
    expect(await connect({ ...ssh, mayPrompt: false }).sign(key.blob, login(key))).toBeUndefined();
    expect(prompts()).toBe(0);
  });
});
