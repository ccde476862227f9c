// The newest OpenSSH with our agent, on hosts with post-quantum keys, which the agent can't check.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Askpass } from './support/askpass.ts';
import { type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { newestOpenSsh, useTreePrograms } from './support/newest-openssh.ts';
import { runOk, shellCommand } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, sshArguments, startSshd, user } from './support/sshd.ts';
import { openWorkspace, type Workspace } from './support/workspace.ts';

const newest = await newestOpenSsh();

/** A `describe` in a workspace that the programs of the tree see, too; skipped where there is no tree, or for `problem`. */
function describeInTree(name: string, problem: string | undefined, tests: (space: Workspace) => void): void {
  const reason = typeof newest === 'string' ? newest : problem;
  if (typeof newest === 'string' || reason !== undefined)
    describe.skip(`${name} (skipped: ${reason})`, () => it('works', () => {}));
  else
    describe(name, () => {
      const space = openWorkspace(join(newest.tree, 'tmp'));
      beforeAll(() => useTreePrograms(space));
      tests(space);
    });
}

const keyKinds = typeof newest === 'string' ? [] : newest.keyKinds;
const hostKind = keyKinds.find((kind) => /^ssh-mldsa44-ed25519(@openssh\.com)?$/.test(kind));
const noHostKind = hostKind === undefined ? 'its OpenSSH has no post-quantum keys' : undefined;

describeInTree('the newest ssh, on hosts with post-quantum keys,', noHostKind, (space) => {
  let askpass: Askpass;
  let agent: RunningAgent;
  let key: KeyPair;
  /** Opens the hosts without a question. */
  let passKey: KeyPair;
  let hosts: Record<'first' | 'second', Sshd>;
  let knownHostsPath: string;

  beforeAll(async () => {
    askpass = await Askpass.install(space, 'askpass');
    [key, passKey] = await Promise.all([makeKeyPair(space, 'key'), makeKeyPair(space, 'pass')]);
    const start = async (name: string) =>
      startSshd(space, {
        name,
        authorizedKeys: [key.publicKey, passKey.publicKey],
        program: join(space.bin, 'sshd'),
        hostKey: await makeKeyPair(space, `${name}-host-key`, { options: ['-t', hostKind ?? ''] }),
      });
    const [first, second] = await Promise.all([start('first'), start('second')]);
    hosts = { first, second };
    const lines = await Promise.all([first, second].map((host) => readFile(host.knownHostsPath, 'utf8')));
    knownHostsPath = await space.write('known_hosts', lines.join(''));
  });

  beforeEach(async () => {
    agent = await RunningAgent.start(space, { args: ['--askpass', askpass.program] });
    await agent.runOk('ssh-add', '-q', passKey.path);
    return () => agent.stop();
  });

  const fingerprintOf = async ({ publicPath }: KeyPair) =>
    (await runOk('ssh-keygen', ['-l', '-f', publicPath], { env: space.env })).split(' ')[1] ?? '';
  /** A login by `used` alone. */
  const logIn = (host: Sshd, used: KeyPair, ...more: readonly string[]) =>
    ['ssh', ...sshArguments(host, '-o', 'IdentitiesOnly=yes', '-i', used.publicPath), ...more] as const;
  const inside = (host: Sshd, ...command: readonly string[]) =>
    ['ssh', ...sshArguments(host, '-A', '-o', 'IdentitiesOnly=yes', '-i', passKey.publicPath)].concat(
      shellCommand(command),
    );
  const claimedHost = async (host: Sshd) => `${hostKind} host key ${await fingerprintOf(host.hostKey)}`;

  it('is asked about as a login of that user to a host that is claimed', async () => {
    await agent.runOk('ssh-add', '-q', '-c', key.path);
    const login = agent.run(...logIn(hosts.first, key, 'cat "$SSH_USER_AUTH"'));
    const question = await askpass.next();
    expect(question.kind).toBe('confirm');
    expect(question.text).toContain(`SSH login as "${user}"`);
    expect(question.text).toContain(`To (claimed): ${await claimedHost(hosts.first)}`);
    expect(question.text).not.toMatch(/unknown data|Forwarded \(/);
    await question.answer('');
    expect(await login).toMatchObject({ code: 0, stdout: `publickey ${key.publicKey}\n` });
  });

  it('is asked about as forwarded through a host that is claimed, and refused by a no', async () => {
    await agent.runOk('ssh-add', '-q', '-c', key.path);
    const [program = '', ...args] = inside(hosts.first, ...logIn(hosts.second, key, 'true'));
    const login = agent.run(program, ...args);
    const question = await askpass.next();
    expect(question.text).toContain(`SSH login as "${user}"`);
    expect(question.text).toContain('Forwarded (claimed): the request came from another machine');
    expect(question.text).toContain(await claimedHost(hosts.first));
    expect(question.text).toContain(`To (claimed): ${await claimedHost(hosts.second)}`);
    await question.cancel();
    const { code, stderr } = await login;
    expect(code).toBe(255);
    expect(stderr).toContain('Permission denied (publickey)');
  });

  it('neither sees nor uses a key restricted to another host', async () => {
    await agent.runOk('ssh-add', '-q', '-H', knownHostsPath, '-h', 'second', key.path);
    expect(await agent.runOk('ssh-add', '-L')).toContain(key.publicKey);
    const [program = '', ...args] = inside(hosts.first, 'ssh-add', '-L');
    const listed = await agent.runOk(program, ...args);
    expect(listed).toContain(passKey.publicKey);
    expect(listed).not.toContain(key.publicKey);
    const refused = await agent.run(...logIn(hosts.first, key, 'true'));
    expect(refused.code).toBe(255);
    expect(refused.stderr).toContain('Permission denied (publickey)');
    expect(askpass.waiting).toBe(0);
  });
});

describeInTree('the newest ssh-add', undefined, (space) => {
  let askpass: Askpass;
  let agent: RunningAgent;
  let key: KeyPair;

  beforeAll(async () => {
    askpass = await Askpass.install(space, 'askpass');
    key = await makeKeyPair(space, 'key');
  });

  beforeEach(async () => {
    agent = await RunningAgent.start(space, { args: ['--askpass', askpass.program] });
    return () => agent.stop();
  });

  const signs = async () => (await agent.run('ssh-add', '-T', key.publicPath)).code === 0;

  it('adds a key, lists it both ways, tests it and removes it', async () => {
    await agent.runOk('ssh-add', '-q', key.path);
    const fingerprint = await agent.runOk('ssh-keygen', '-l', '-f', key.publicPath);
    expect(await agent.runOk('ssh-add', '-l')).toBe(fingerprint);
    expect(await agent.runOk('ssh-add', '-L')).toBe(`${key.publicKey} key\n`);
    expect(await signs()).toBe(true);
    await agent.runOk('ssh-add', '-q', '-d', key.publicPath);
    expect((await agent.run('ssh-add', '-l')).stdout).toBe('The agent has no identities.\n');
  });

  it('adds a key with -c that is asked about, and with -t one that goes by itself', async () => {
    await agent.runOk('ssh-add', '-q', '-c', key.path);
    const tested = signs();
    await (await askpass.next()).answer('');
    expect(await tested).toBe(true);
    await agent.runOk('ssh-add', '-q', '-D');
    await agent.runOk('ssh-add', '-q', '-t', '1', key.path);
    await expect
      .poll(async () => (await agent.run('ssh-add', '-l')).stdout)
      .toBe('The agent has no identities.\n');
  });

  it('locks the agent with -x and unlocks it with -X', async () => {
    await agent.runOk('ssh-add', '-q', key.path);
    const script = await space.write('printing-askpass', '#!/bin/sh\necho secret\n', 0o700);
    const withPassword = { env: { ...agent.env, SSH_ASKPASS: script, SSH_ASKPASS_REQUIRE: 'force' } };
    await runOk('ssh-add', ['-x'], withPassword);
    expect((await agent.run('ssh-add', '-l')).stdout).toBe('The agent has no identities.\n');
    await runOk('ssh-add', ['-X'], withPassword);
    expect(await agent.runOk('ssh-add', '-L')).toContain(key.publicKey);
  });

  it('leaves keys that ssh-keygen -Y signs and verifies with', async () => {
    await agent.runOk('ssh-add', '-q', key.path);
    const message = await space.write('message', 'text');
    const signers = await space.write('signers', `somebody ${key.publicKey}\n`);
    await agent.runOk('ssh-keygen', '-Y', 'sign', '-n', 'file', '-f', key.publicPath, message);
    const verify = ['-Y', 'verify', '-n', 'file', '-I', 'somebody', '-f', signers, '-s', `${message}.sig`];
    const verified = await runOk('ssh-keygen', verify, { env: space.env, input: 'text' });
    expect(verified).toContain('Good "file" signature for somebody');
  });
});
