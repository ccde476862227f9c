// Rules and levels that decide about a request, seen from the client.
import { describe, expect, it } from 'vitest';
import { agentWithKey, bind, login, namesOf, program, ssh } from '../../../fakes/consent-agent.ts';
import { addPpk, withEncryptedKey } from '../../../fakes/encrypted-key-agent.ts';
import { loginData, sid, type TestHost, testHost } from '../../../fakes/host-session.ts';
import {
  encryptedPpk2,
  encryptedPpk3,
  pageantBlob,
  pageantPassphrase,
} from '../../../fakes/pageant-vectors.ts';
import { addFile } from '../../../fakes/planted-file.ts';
import { typed } from '../../../fakes/scripted-approver.ts';
import { settle } from '../../../fakes/settle.ts';
import { bytes, testAgent } from '../../../fakes/test-agent.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';

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

  it.each(['other-mount-namespace', 'replaced'] as const)(
    'about a program are not met by another file of its path where they allow, but where they are stricter: %s',
    async (otherFile) => {
      const { connect, key, agent, answer, prompts } = await agentWithKey();
      const { policies } = agent.consent;
      await policies.setDefaultLevel('always');
      const foreign = program('/usr/bin/ssh', { otherFile, fileId: '1' });
      const allow = await policies.addRule({ action: 'allow', program: '/usr/bin/ssh' });
      expect(await connect(ssh).sign(key.blob, login(key))).toBeDefined();
      expect(prompts()).toBe(0);
      const asked = connect(foreign).sign(key.blob, login(key));
      await answer(0, 'allow');
      expect(await asked).toBeDefined();
      await policies.removeRule(allow.id);
      await policies.setDefaultLevel('never');
      expect(await connect(foreign).sign(key.blob, login(key))).toBeDefined();
      await policies.addRule({ action: 'deny', program: '/usr/bin/ssh' });
      expect(await connect(foreign).sign(key.blob, login(key))).toBeUndefined();
      expect(prompts()).toBe(1);
    },
  );

  it.each([
    ['with a style behind the user, which OpenSSH takes for the same user', 'root:any'],
    ['with a style that makes the name too long for a login', `root:${'x'.repeat(300)}`],
  ])('that are stricter about a user meet a login %s', async (_what, user) => {
    const { connect, key, agent, answer } = await agentWithKey();
    const { policies } = agent.consent;
    const { id } = await policies.addRule({ action: 'deny', user: 'root' });
    expect(await connect(ssh).sign(key.blob, login(key, user))).toBeUndefined();
    expect(await connect(ssh).sign(key.blob, login(key, 'rooted'))).toBeDefined();
    await policies.removeRule(id);
    await policies.addRule({ action: 'ask', purpose: 'login', user: 'root' });
    const asked = connect(ssh).sign(key.blob, login(key, user));
    await answer(0, 'deny');
    expect(await asked).toBeUndefined();
  });

  it('that allow a user do not meet a login with a style behind the user', async () => {
    const { connect, key, agent, answer } = await agentWithKey();
    await agent.consent.policies.setDefaultLevel('always');
    await agent.consent.policies.addRule({ action: 'allow', user: 'git' });
    expect(await connect(ssh).sign(key.blob, login(key, 'git'))).toBeDefined();
    const asked = connect(ssh).sign(key.blob, login(key, 'git:any'));
    await answer(0, 'deny');
    expect(await asked).toBeUndefined();
  });

  it.each([{ user: 'git' }, { purpose: 'login' as const }])(
    'that deny logins (%j) meet one that is signed by a made-up certificate of the key that it names',
    async (conditions) => {
      const { connect, agent, approver } = await withEncryptedKey();
      const machine = connect(ssh);
      const certificate = madeUpCertificate(pageantBlob);
      expect(await addFile(machine, encryptedPpk3, { blob: certificate })).toBe(6);
      const signLogin = () => machine.sign(certificate, loginData(pageantBlob, 'git', sid(1)));
      const before = signLogin();
      (await approver.passphrasePrompt(0)).answer(typed(pageantPassphrase));
      expect(await before).toBeDefined();
      await agent.consent.policies.addRule({ action: 'deny', ...conditions });
      expect(await signLogin()).toBeUndefined();
      expect(await machine.sign(certificate, bytes('what no server takes for a login'))).toBeDefined();
    },
  );

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

  it('decide as they are when the signature leaves, not when it was asked for', async () => {
    const { connect, agent, approver } = testAgent();
    await addPpk(connect(), encryptedPpk2);
    const asked = connect(ssh).sign(pageantBlob, bytes('x'));
    const prompt = await approver.passphrasePrompt(0);
    await agent.consent.policies.setDefaultLevel('always');
    prompt.answer(typed(pageantPassphrase));
    (await approver.confirmPrompt(0)).answer('deny');
    expect(await asked).toBeUndefined();
  });

  it('that deny hold for a request that waits for a passphrase since before them', async () => {
    const { connect, agent, approver } = testAgent();
    await addPpk(connect(), encryptedPpk2);
    const asked = connect(ssh).sign(pageantBlob, bytes('x'));
    const prompt = await approver.passphrasePrompt(0);
    await agent.consent.policies.addRule({ action: 'deny', program: '/usr/bin/ssh' });
    prompt.answer(typed(pageantPassphrase));
    expect(await asked).toBeUndefined();
    expect(approver.confirms).toEqual([]);
  });

  it('fail closed for clients that may not ask the person', async () => {
    const { connect, key, agent, prompts } = await agentWithKey();
    await agent.consent.policies.setDefaultLevel('always');
    expect(await connect({ ...ssh, mayPrompt: false }).sign(key.blob, login(key))).toBeUndefined();
    expect(prompts()).toBe(0);
  });
});
