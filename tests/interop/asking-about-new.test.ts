// The level “when something is new” with real clients: asked once for each host, and again after a lock.
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { Askpass } from './support/askpass.ts';
import { describeWith } from './support/installed-programs.ts';
import { type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, sshArguments, startSshd, user } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
let key: KeyPair;
let askpass: Askpass;
let agent: RunningAgent;
let first: Sshd;
let second: Sshd;

beforeAll(async () => {
  key = await makeKeyPair(space, 'key');
  askpass = await Askpass.install(space, 'askpass');
});

describeWith(['sshd'], 'a program that uses a key when something is new', () => {
  beforeAll(async () => {
    [first, second] = (await Promise.all(
      ['first.example', 'second.example'].map((name) =>
        startSshd(space, { name, authorizedKeys: [key.publicKey] }),
      ),
    )) as [Sshd, Sshd];
  });

  beforeEach(async () => {
    agent = await RunningAgent.start(space, { args: ['--askpass', askpass.program] });
    await agent.runOk('ssh-add', '-q', key.path);
    await agent.runOk('sallyport', 'rules', 'ask', 'new');
    return () => agent.stop();
  });

  const logIn = (host: Sshd) => agent.runOk('ssh', ...sshArguments(host), 'true');
  const logInAsked = async (host: Sshd) => {
    const done = logIn(host);
    const question = await askpass.next();
    expect(question.text).toContain('not asked about again for this key at this user and host until');
    await question.answer('');
    await done;
  };

  it('is asked about once for each host, not for a list, and again after a lock', async () => {
    await agent.runOk('ssh-add', '-l');
    await logInAsked(first);
    await logIn(first);
    await logInAsked(second);
    await logIn(second);
    await logIn(first);
    const word = await lockWord();
    await runOk('ssh-add', ['-x'], {
      env: { ...agent.env, SSH_ASKPASS: word, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
    });
    await runOk('ssh-add', ['-X'], {
      env: { ...agent.env, SSH_ASKPASS: word, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':0' },
    });
    await logInAsked(first);
  });

  it('is listed by the command, and asked about again when the command has forgotten it', async () => {
    await logInAsked(first);
    const listed = await agent.runOk('sallyport', 'rules');
    expect(listed).toContain('Remembered answers, the latest first:');
    expect(listed).toContain('Allowed until the agent is locked.');
    expect(listed).toContain('/ssh');
    const [, id = ''] = /^([0-9a-f-]{36}): SHA256:/m.exec(listed) ?? [];
    expect(await agent.runOk('sallyport', 'rules', 'forget', id)).toBe('Forgot one answer.\n');
    expect((await agent.run('sallyport', 'rules', 'forget', id)).stderr).toContain('is remembered');
    expect(await agent.runOk('sallyport', 'rules')).not.toContain('Remembered');
    await logInAsked(first);
    expect(await agent.runOk('sallyport', 'rules', 'forget', 'all')).toBe('Forgot one answer.\n');
    await logInAsked(first);
  });

  it('is allowed by the passphrase that its first login asks for', async () => {
    await agent.runOk('ssh-add', '-q', '-D');
    const locked = await makeKeyPair(space, `locked-${Date.now()}`, { passphrase: 'word' });
    const third = await startSshd(space, { name: 'third.example', authorizedKeys: [locked.publicKey] });
    await agent.runOk('sallyport', 'add', '--encrypted', locked.path);
    const done = logIn(third);
    const question = await askpass.next();
    expect(question.text).toContain('Unlocking allows this use; this program is not asked about again');
    await question.answer('word');
    await done;
    await logIn(third);
    expect(askpass.waiting).toBe(0);
  });

  it('is asked about once for signatures of a kind, whatever is signed', async () => {
    const sign = (name: string) =>
      agent.runOk('ssh-keygen', '-q', '-Y', 'sign', '-n', 'file', '-f', key.publicPath, name);
    const [one, two] = [await space.write('one', 'one'), await space.write('two', 'two')];
    const done = sign(one);
    const question = await askpass.next();
    expect(question.text).toContain('for this key and such signatures until');
    await question.answer('');
    await done;
    await sign(two);
    expect(askpass.waiting).toBe(0);
  });

  const lockWord = () => space.write('lock-word', '#!/bin/sh\necho word\n', 0o700);
});

describeWith(['plink', 'sshd'], 'plink, which tells nothing of its host, when something is new', () => {
  it('is asked about once for each host that it is connected to', async () => {
    const hosts = await Promise.all(
      ['one.example', 'two.example'].map((name) =>
        startSshd(space, { name, authorizedKeys: [key.publicKey] }),
      ),
    );
    agent = await RunningAgent.start(space, { args: ['--askpass', askpass.program] });
    await agent.runOk('ssh-add', '-q', key.path);
    await agent.runOk('sallyport', 'rules', 'ask', 'new');
    const logIn = async ({ port, hostKey }: Sshd) => {
      const printed = await runOk('ssh-keygen', ['-l', '-f', hostKey.publicPath], { env: space.env });
      const options = ['-batch', '-ssh', '-agent', '-noshare', '-hostkey', printed.split(' ')[1] ?? ''];
      await agent.runOk('plink', ...options, '-P', String(port), '-l', user, '127.0.0.1', 'true');
    };
    for (const host of hosts) {
      const done = logIn(host);
      const question = await askpass.next();
      expect(question.text).toContain(String(host.port));
      expect(question.text).toContain('not asked about again for this key at this user and host until');
      await question.answer('');
      await done;
      // Not asked: it would wait for ever.
      await logIn(host);
    }
    for (const host of hosts) await logIn(host);
    expect(askpass.waiting).toBe(0);
    await agent.stop();
  });
});
