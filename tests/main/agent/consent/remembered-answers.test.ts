// A remembered "yes": which later requests it answers, and when it is gone.
import { describe, expect, it } from 'vitest';
import type { Peer } from '../../../../main/agent/facts/peer.ts';
import { agentWithKey, bind, login, program, ssh, sshsig } from '../../../fakes/consent-agent.ts';
import { sid, type TestHost, testHost } from '../../../fakes/host-session.ts';
import { addFile, plantedPpk } from '../../../fakes/planted-file.ts';
import { settle } from '../../../fakes/settle.ts';
import { addRequest, bytes, constrain, request } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key, type TestKey } from '../../../fakes/test-key.ts';

describe('remembered answers', () => {
  const remember = { kind: 'allow', remember: '5-minutes' } as const;

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
    [
      'the same path in another mount namespace',
      program('/usr/bin/ssh', { otherFile: 'other-mount-namespace', fileId: 'mnt:[1] 2 3 4' }),
      (key) => login(key),
    ],
    [
      'another file at the same path',
      program('/usr/bin/ssh', { otherFile: 'replaced', fileId: 'mnt:[1] 2 3 4' }),
      (key) => login(key),
    ],
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

  it('for a file in another mount namespace say nothing about another file there', async () => {
    const { connect, key, answer, prompts } = await agentWithKey(constrain.confirm());
    const inContainer = (fileId: string) =>
      connect(program('/usr/bin/ssh', { otherFile: 'other-mount-namespace', fileId }));
    const first = inContainer('one').sign(key.blob, login(key));
    await answer(0, remember);
    await first;
    expect(await inContainer('one').sign(key.blob, login(key))).toBeDefined();
    expect(prompts()).toBe(1);
    for (const [n, peer] of [inContainer('two'), connect(ssh)].entries()) {
      const other = peer.sign(key.blob, login(key));
      await answer(n + 1, 'deny');
      expect(await other).toBeUndefined();
    }
  });

  it('for a key and for its certificate are two', async () => {
    const { connect, key, answer, prompts } = await agentWithKey(constrain.confirm());
    const certificate = madeUpCertificate(key.blob);
    expect(await addFile(connect(), plantedPpk(certificate))).toBe(6);
    for (const [n, blob] of [key.blob, certificate].entries()) {
      const first = connect(ssh).sign(blob, sshsig('git'));
      await answer(n, remember);
      expect(await first).toBeDefined();
    }
    for (const blob of [key.blob, certificate])
      expect(await connect(ssh).sign(blob, sshsig('git'))).toBeDefined();
    expect(prompts()).toBe(2);
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
      return client.sign(key.blob, login(key, 'git', sid(9), target.key.blob));
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

  it('for a signature to a machine elsewhere serve its next one, and no login', async () => {
    const { connect, key, answer } = await agentWithKey(constrain.confirm());
    const bastion = testHost();
    const signThere = async (data: Uint8Array) => {
      const client = connect(ssh);
      await bind(client, bastion, sid(8), true);
      return client.sign(key.blob, data);
    };
    const first = signThere(sshsig('git'));
    await answer(0, remember);
    await first;
    expect(await signThere(sshsig('git', 1))).toBeDefined();
    const second = signThere(login(key));
    await answer(1, 'deny');
    expect(await second).toBeUndefined();
  });

  it('for one way through other machines say nothing about another way', async () => {
    const { connect, key, answer } = await agentWithKey(constrain.confirm());
    const target = testHost();
    const signThrough = async (bastion: TestHost) => {
      const client = connect(ssh);
      await bind(client, bastion, sid(8), true);
      await bind(client, target, sid(9), false);
      return client.sign(key.blob, login(key, 'git', sid(9), target.key.blob));
    };
    const bastion = testHost();
    const first = signThrough(bastion);
    await answer(0, remember);
    await first;
    expect(await signThrough(bastion)).toBeDefined();
    const second = signThrough(testHost());
    await answer(1, 'deny');
    expect(await second).toBeUndefined();
  });

  it('serve those of their kind that wait for a prompt of their own, and no others', async () => {
    const { connect, key, answer, prompts, agent } = await agentWithKey(constrain.confirm());
    const first = connect(ssh).sign(key.blob, sshsig('file'));
    await answer(0, 'allow');
    await first;
    const other = connect(ssh).sign(key.blob, sshsig('file'));
    const logins = Array.from({ length: 10 }, (_, n) =>
      connect(ssh).sign(key.blob, login(key, 'git', sid(n))),
    );
    const root = connect(ssh).sign(key.blob, login(key, 'root'));
    await answer(1, 'allow');
    await other;
    await answer(2, remember);
    expect((await Promise.all(logins)).every((signature) => signature !== undefined)).toBe(true);
    await agent.consent.activitySettled();
    const reasons = agent.consent.activity.list().map(({ reason }) => reason);
    expect(reasons).toContain('You allowed this before, for a time that is not over.');
    await answer(3, 'deny');
    expect(await root).toBeUndefined();
    expect(prompts()).toBe(4);
  });

  it('serve those of their kind at once, whatever else the person is asked meanwhile', async () => {
    const { connect, key, answer, approver, prompts } = await agentWithKey(constrain.confirm());
    const git = (n: number) => connect(ssh).sign(key.blob, login(key, 'git', sid(n)));
    const first = git(1);
    await approver.confirmPrompt(0);
    const root = connect(ssh).sign(key.blob, login(key, 'root'));
    await settle();
    const last = git(2);
    await settle();
    await answer(0, remember);
    await approver.confirmPrompt(1);
    expect([await first, await last]).not.toContain(undefined);
    await answer(1, 'deny');
    expect(await root).toBeUndefined();
    expect(prompts()).toBe(2);
  });

  it('for one use serve nobody who waits already', async () => {
    const { connect, key, answer, agent, approver, clock } = await agentWithKey(constrain.confirm());
    const denied = connect(ssh).sign(key.blob, login(key));
    await answer(0, 'deny');
    await denied;
    clock.advance(2000);
    const other = connect(ssh).sign(key.blob, sshsig('file'));
    const waiting = connect(ssh).sign(key.blob, login(key));
    await approver.confirmPrompt(1);
    expect(agent.consent.missed.allowNextTime(agent.consent.missed.list()[0]!.id)).toBe(true);
    await answer(1, 'allow');
    await other;
    await answer(2, 'deny');
    expect(await waiting).toBeUndefined();
  });

  it('for one use are none where the next request could be to any host: it is asked about', async () => {
    const { connect, key, answer, agent, prompts } = await agentWithKey(constrain.confirm());
    const bastion = testHost();
    const signThere = async (session: ReturnType<typeof sid>) => {
      const client = connect(ssh);
      await bind(client, bastion, sid(8), true);
      return client.sign(key.blob, login(key, 'git', session));
    };
    const denied = signThere(sid(9));
    await answer(0, 'deny');
    await denied;
    const [missed] = agent.consent.missed.list();
    expect(missed?.mayAllowNextTime).toBe(false);
    expect(agent.consent.missed.allowNextTime(missed!.id)).toBe(true);
    const next = signThere(sid(10));
    await answer(1, 'deny');
    expect(await next).toBeUndefined();
    expect(prompts()).toBe(2);
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
    await answer(1, { kind: 'allow', remember: 'until-locked' });
    expect(await second).toBeDefined();
    // By a client's passphrase.
    for (const number of [22, 23]) expect(await connect().status(request(number).text('word'))).toBe(6);
    const third = connect(ssh).sign(key.blob, login(key));
    await answer(2, 'deny');
    expect(await third).toBeUndefined();
  });

  it('are gone with the key, and not back with it', async () => {
    const { connect, key, answer, add, agent } = await agentWithKey(constrain.confirm());
    const first = connect(ssh).sign(key.blob, login(key));
    await answer(0, { kind: 'allow', remember: 'until-locked' });
    await first;
    expect(agent.consent.approvals.list()).toHaveLength(1);
    expect(await connect().status(request(18).string(key.blob))).toBe(6);
    expect(agent.consent.approvals.list()).toEqual([]);
    expect(await add()).toBe(6);
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
