// The level "when something is new": what is asked about, what a "yes" spares, and what a passphrase says besides.
import { describe, expect, it } from 'vitest';
import type { Agent } from '../../../../main/agent/create-agent.ts';
import type { Peer } from '../../../../main/agent/facts/peer.ts';
import type { ConfirmAnswer } from '../../../../main/agent/ports/approver.ts';
import { agentWithKey, bind, login, program, ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { sid, type TestHost, testHost } from '../../../fakes/host-session.ts';
import { addFile, plantedPpk } from '../../../fakes/planted-file.ts';
import { bytes, constrain, request, type TestClient } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import type { TestKey } from '../../../fakes/test-key.ts';
import { publicLine } from '../../keys/fixtures.ts';

const untilLocked: ConfirmAnswer = { kind: 'allow', remember: 'until-locked' };
const connectedTo = (...ports: number[]): Partial<Peer> => ({
  pid: 43,
  describe: () =>
    Promise.resolve({
      pid: 43,
      executable: '/usr/bin/plink',
      parents: [],
      connections: ports.map((port) => ({ address: '10.0.0.1', port })),
    }),
});

async function agentThatAsks(constraints?: Uint8Array) {
  const test = await agentWithKey(constraints);
  await test.agent.consent.policies.setDefaultLevel('new');
  /** Signs on a connection of its own; `answer` is given where it is asked about. */
  const sign = async (peer: Partial<Peer>, data: Uint8Array, answer?: ConfirmAnswer, binds?: TestHost) => {
    const before = test.prompts();
    const client = test.connect(peer);
    if (binds) expect(await bind(client, binds, sid(1), false)).toBe(true);
    const signed = client.sign(test.key.blob, data);
    if (answer) (await test.approver.confirmPrompt(before)).answer(answer);
    return { isSigned: (await signed) !== undefined, isAsked: test.prompts() > before };
  };
  return { ...test, sign };
}

const asked = { isSigned: true, isAsked: true };
const known = { isSigned: true, isAsked: false };
const refused = { isSigned: false, isAsked: true };

describe('when something is new', () => {
  const toHost = (key: TestKey, host: TestHost, user = 'git') => login(key, user, sid(1), host.key.blob);

  it('asks the first time for a program, key and host, and not again', async () => {
    const { sign, key, agent, approver } = await agentThatAsks();
    const host = testHost();
    expect(await sign(ssh, toHost(key, host), untilLocked)).toEqual(asked);
    expect(approver.confirms[0]?.request).toMatchObject({
      usualRemember: 'until-locked',
      reason: { because: expect.stringContaining('something is new') },
    });
    expect(await sign(ssh, toHost(key, host))).toEqual(known);
    // The host proves itself by a session as well as by what is signed.
    expect(await sign(ssh, login(key, 'git', sid(1)), undefined, host)).toEqual(known);
    const [listed, ...others] = agent.consent.approvals.list();
    expect(others).toEqual([]);
    expect(listed).toMatchObject({ isForOneUse: false, key: { comment: 'me@work' } });
    expect(listed).not.toHaveProperty('secondsLeft');
  });

  it.each<[string, Partial<Peer>, (key: TestKey, host: TestHost) => Uint8Array]>([
    ['another program', program('/usr/bin/rsync'), toHost],
    ['another host', ssh, (key) => toHost(key, testHost())],
    ['another user there', ssh, (key, host) => toHost(key, host, 'root')],
    ['a host that nobody knows', ssh, (key) => login(key)],
    ['a host that is merely seen', connectedTo(22), (key) => login(key)],
    ['a signature', ssh, () => sshsig('git')],
    ['unknown data', ssh, () => bytes('junk')],
  ])('asks about %s after a “yes” to a proved host', async (_, peer, data) => {
    const { sign, key } = await agentThatAsks();
    const host = testHost();
    await sign(ssh, toHost(key, host), untilLocked);
    expect(await sign(peer, data(key, host), 'deny')).toEqual(refused);
    expect(await sign(ssh, toHost(key, host))).toEqual(known);
  });

  it('tells hosts that are merely seen apart by address and port, and proved ones from them', async () => {
    const { sign, key } = await agentThatAsks();
    expect(await sign(connectedTo(22), login(key), untilLocked)).toEqual(asked);
    expect(await sign(connectedTo(22), login(key, 'git', sid(2)))).toEqual(known);
    expect(await sign(connectedTo(2222), login(key), 'deny')).toEqual(refused);
    expect(await sign(connectedTo(22), toHost(key, testHost()), 'deny')).toEqual(refused);
  });

  it('tells a namespace from others, whatever is signed', async () => {
    const { sign } = await agentThatAsks();
    expect(await sign(ssh, sshsig('git'), untilLocked)).toEqual(asked);
    expect(await sign(ssh, sshsig('git', 1))).toEqual(known);
    expect(await sign(ssh, sshsig('file'), 'deny')).toEqual(refused);
  });

  it.each<[string, Partial<Peer>]>([
    ['of which nothing is known', ssh],
    ['of a program with several connections', connectedTo(22, 2222)],
  ])('takes a “yes” to a host %s for this time alone, unless the person says more', async (_, peer) => {
    const { sign, key, approver } = await agentThatAsks();
    expect(await sign(peer, login(key), 'allow')).toEqual(asked);
    expect(approver.confirms[0]?.request).toMatchObject({ mayRemember: true });
    expect(approver.confirms[0]?.request).not.toHaveProperty('usualRemember');
    expect(await sign(peer, login(key), untilLocked)).toEqual(asked);
    expect(await sign(peer, login(key))).toEqual(known);
    expect(await sign(peer, toHost(key, testHost()), 'deny')).toEqual(refused);
  });

  it.each<[string, Partial<Peer>, (key: TestKey, host: TestHost) => Uint8Array]>([
    ['a program that is not known', {}, toHost],
    ['unknown data', ssh, () => bytes('junk')],
    ['a login to another host than announced', ssh, (key) => toHost(key, testHost())],
  ])('asks each time about %s', async (_, peer, data) => {
    const { sign, key, approver } = await agentThatAsks();
    const host = testHost();
    const same = data(key, host);
    for (const n of [0, 1]) {
      expect(await sign(peer, same, untilLocked, host)).toEqual(asked);
      expect(approver.confirms[n]?.request).toMatchObject({ mayRemember: false });
      expect(approver.confirms[n]?.request).not.toHaveProperty('usualRemember');
    }
  });

  it('asks each time for what comes from other machines, and takes no local answer for it', async () => {
    const { connect, sign, key, answer, prompts } = await agentThatAsks();
    const [hop, host] = [testHost(), testHost()];
    await sign(ssh, toHost(key, host), untilLocked);
    for (const n of [1, 2]) {
      const client = connect(ssh);
      expect(await bind(client, hop, sid(9), true)).toBe(true);
      const signed = client.sign(key.blob, toHost(key, host));
      await answer(n, 'allow');
      expect(await signed).toBeDefined();
    }
    expect(prompts()).toBe(3);
  });

  it('after a plain “allow”, which is for this time alone, asks again', async () => {
    const { sign, key, agent } = await agentThatAsks();
    const host = testHost();
    expect(await sign(ssh, toHost(key, host), 'allow')).toEqual(asked);
    expect(agent.consent.approvals.list()).toEqual([]);
    expect(await sign(ssh, toHost(key, host), 'allow')).toEqual(asked);
  });

  it.each<[string, (test: Awaited<ReturnType<typeof agentThatAsks>>) => unknown]>([
    [
      'the agent was locked',
      ({ agent }) => {
        agent.pause();
        agent.resume();
      },
    ],
    [
      'a program locked and unlocked it',
      async ({ connect }) => {
        expect(await connect().status(request(22).text('word'))).toBe(6);
        expect(await connect().status(request(23).text('word'))).toBe(6);
      },
    ],
    [
      'the key was removed and added again',
      async ({ connect, key, add }) => {
        expect(await connect().status(request(18).string(key.blob))).toBe(6);
        expect(await add()).toBe(6);
      },
    ],
    [
      'the person took it back',
      ({ agent: { consent } }) => {
        for (const { id } of consent.approvals.list()) consent.approvals.revoke(id);
      },
    ],
  ])('asks again after %s', async (_, happen) => {
    const test = await agentThatAsks();
    const host = testHost();
    await test.sign(ssh, toHost(test.key, host), untilLocked);
    await happen(test);
    expect(await test.sign(ssh, toHost(test.key, host), 'deny')).toEqual(refused);
  });

  it('takes a “yes” to the key for none to its certificate', async () => {
    const { connect, sign, key, answer } = await agentThatAsks();
    await sign(ssh, sshsig('git'), untilLocked);
    const certificate = madeUpCertificate(key.blob);
    expect(await addFile(connect(), plantedPpk(certificate))).toBe(6);
    const signed = connect(ssh).sign(certificate, sshsig('git'));
    await answer(1, 'deny');
    expect(await signed).toBeUndefined();
  });

  it('lets no such answer stand for a stricter question', async () => {
    const { sign, key, agent } = await agentThatAsks();
    const host = testHost();
    await sign(ssh, toHost(key, host), untilLocked);
    await agent.consent.policies.setDefaultLevel('always');
    expect(await sign(ssh, toHost(key, host), 'allow')).toEqual(asked);
    await agent.consent.policies.setDefaultLevel('new');
    expect(await sign(ssh, toHost(key, host))).toEqual(known);
    await agent.consent.policies.addRule({ action: 'ask', user: 'git' });
    expect(await sign(ssh, toHost(key, host), 'deny')).toEqual(refused);
  });

  it('takes an answer that was given to a stricter one', async () => {
    const { sign, key, agent } = await agentThatAsks();
    const host = testHost();
    await agent.consent.policies.setDefaultLevel('always');
    expect(await sign(ssh, toHost(key, host), { kind: 'allow', remember: '1-hour' })).toEqual(asked);
    await agent.consent.policies.setDefaultLevel('new');
    expect(await sign(ssh, toHost(key, host))).toEqual(known);
  });

  it('asks about nothing that a rule allows, and about a key with “confirm” each time', async () => {
    const confirmed = await agentThatAsks(constrain.confirm());
    const host = testHost();
    expect(await confirmed.sign(ssh, toHost(confirmed.key, host), 'allow')).toEqual(asked);
    expect(await confirmed.sign(ssh, toHost(confirmed.key, host), 'allow')).toEqual(asked);
    const ruled = await agentThatAsks();
    await ruled.agent.consent.policies.addRule({ action: 'allow', program: '/usr/bin/ssh', user: 'git' });
    expect(await ruled.sign(ssh, toHost(ruled.key, host))).toEqual(known);
  });

  it('asks nobody for a list of keys, and refuses who may ask nobody', async () => {
    const { connect, key, prompts } = await agentThatAsks();
    expect(await connect(ssh).list()).toHaveLength(1);
    const quiet = connect({ ...ssh, mayPrompt: false });
    expect(await quiet.sign(key.blob, login(key))).toBeUndefined();
    expect(prompts()).toBe(0);
  });

  it('signs by one “yes” what was shown, and spares those that wait behind only what it is for', async () => {
    const { connect, key, answer, approver, prompts } = await agentThatAsks();
    const host = testHost();
    const wants = (user: string, session: number) =>
      connect(ssh).sign(key.blob, login(key, user, sid(session), host.key.blob));
    const all = [wants('git', 1), wants('git', 2), wants('root', 3)];
    const { request: first } = await approver.confirmPrompt(0);
    expect(first.requesters()).toHaveLength(1);
    await answer(0, untilLocked);
    await answer(1, 'deny');
    expect((await Promise.all(all)).map((signature) => signature !== undefined)).toEqual([true, true, false]);
    expect(prompts()).toBe(2);
  });

  it('tells a host that is only claimed from one that is proved', async () => {
    const { sign, key } = await agentThatAsks();
    const claimed = login(key, 'git', sid(1), publicLine('dsa').publicKey.blob);
    expect(await sign(ssh, claimed, untilLocked)).toEqual(asked);
    expect(await sign(ssh, claimed)).toEqual(known);
    const host = testHost();
    expect(await sign(ssh, toHost(key, host), 'deny')).toEqual(refused);
  });

  it('takes namespaces that are no text for no namespace', async () => {
    const { sign } = await agentThatAsks();
    const namespace = (byte: number) => {
      const data = sshsig('g');
      data[data.indexOf(0x67, 6)] = byte;
      return data;
    };
    expect(await sign(ssh, namespace(0xff), untilLocked)).toEqual(asked);
    expect(await sign(ssh, namespace(0xfe), 'deny')).toEqual(refused);
  });

  it.each<[string, (agent: Agent, client: TestClient) => unknown]>([
    ['the agent was locked', (agent) => agent.pause()],
    [
      'it was locked and unlocked',
      (agent) => {
        agent.pause();
        agent.resume();
      },
    ],
    ['the key was removed', (agent) => agent.keys.removeAll()],
    ['the client left', (_, client) => client.session.close()],
  ])('keeps no answer that was given as %s', async (_, happen) => {
    const { agent, connect, key, approver } = await agentThatAsks();
    const client = connect(ssh);
    const signed = client.sign(key.blob, toHost(key, testHost()));
    const { answer } = await approver.confirmPrompt(0);
    answer(untilLocked);
    happen(agent, client);
    expect(await signed).toBeUndefined();
    expect(agent.consent.approvals.list()).toEqual([]);
  });
});
