// ssh-add -h: a key goes only to the hosts, and only through the hosts, that it was added for.
import { readFile } from 'node:fs/promises';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith } from './support/installed-programs.ts';
import { type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { type ProgramResult, shellCommand } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, sshArguments, startSshd, user } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

describeWith(['sshd'], 'a key added with ssh-add -h', () => {
  const space = openWorkspace();
  let agent: RunningAgent;
  /** Restricted in each test. */
  let key: KeyPair;
  /** Opens the hosts on the way; goes everywhere. */
  let passKey: KeyPair;
  let hosts: Record<'a' | 'b' | 'c', Sshd>;
  let knownHostsPath: string;

  beforeAll(async () => {
    [key, passKey] = await Promise.all([makeKeyPair(space, 'restricted'), makeKeyPair(space, 'pass')]);
    const start = (name: string) =>
      startSshd(space, { name, authorizedKeys: [key.publicKey, passKey.publicKey] });
    const [a, b, c] = await Promise.all([start('host-a'), start('host-b'), start('host-c')]);
    hosts = { a, b, c };
    const lines = await Promise.all([a, b, c].map((sshd) => readFile(sshd.knownHostsPath, 'utf8')));
    knownHostsPath = await space.write('known_hosts', lines.join(''));
    agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
  });

  beforeEach(async () => {
    await agent.runOk('ssh-add', '-D');
  });

  /** Adds the key for these steps, written as in ssh-add(1), beside a key that goes everywhere. */
  async function restrictTo(...steps: readonly string[]): Promise<void> {
    await agent.runOk('ssh-add', '-q', passKey.path);
    const constraints = steps.flatMap((step) => ['-h', step]);
    await agent.runOk('ssh-add', '-q', '-H', knownHostsPath, ...constraints, key.path);
  }

  /** A command line that logs in to the last of the hosts through the others, with the agent forwarded all along. */
  function route(through: readonly Sshd[], used: KeyPair, command: string): string[] {
    const [next, ...rest] = through;
    if (!next) return ['sh', '-c', command];
    const offered = rest.length === 0 ? used : passKey;
    const options = ['-A', '-o', 'IdentitiesOnly=yes', '-i', offered.publicPath];
    const inner = rest.length === 0 ? command : shellCommand(route(rest, used, command));
    return ['ssh', ...sshArguments(next, ...options), inner];
  }

  const logIn = (...through: readonly Sshd[]): Promise<ProgramResult> =>
    agent.run('env', ...route(through, key, 'cat $SSH_USER_AUTH'));
  const listAt = async (...through: readonly Sshd[]): Promise<string> =>
    (await agent.run('env', ...route(through, passKey, 'ssh-add -L'))).stdout;
  const reached = (result: ProgramResult) => result.stdout === `publickey ${key.publicKey}\n`;

  it('logs in to the host that was named, and to no other', async () => {
    await restrictTo('host-a');
    expect(reached(await logIn(hosts.a))).toBe(true);
    const refused = await logIn(hosts.b);
    expect(reached(refused)).toBe(false);
    expect(refused.stderr).toContain('Permission denied (publickey)');
  });

  it('is not seen from inside a host that it was only to log in to', async () => {
    await restrictTo('host-a');
    expect(await agent.runOk('ssh-add', '-L')).toContain(key.publicKey);
    const inside = await listAt(hosts.a);
    expect(inside).toContain(passKey.publicKey);
    expect(inside).not.toContain(key.publicKey);
    expect(reached(await logIn(hosts.a, hosts.b))).toBe(false);
  });

  it('goes from one named host to the next, and nowhere else from there', async () => {
    await restrictTo('host-a', 'host-a>host-b');
    expect(await listAt(hosts.a)).toContain(key.publicKey);
    expect(reached(await logIn(hosts.a, hosts.b))).toBe(true);
    expect(reached(await logIn(hosts.a, hosts.c))).toBe(false);
    expect(reached(await logIn(hosts.b))).toBe(false);
    expect(await listAt(hosts.a, hosts.b)).not.toContain(key.publicKey);
  });

  it('goes along a chain of three hosts, and not when one of them is left out', async () => {
    await restrictTo('host-a', 'host-a>host-b', 'host-b>host-c');
    expect(reached(await logIn(hosts.a, hosts.b, hosts.c))).toBe(true);
    expect(reached(await logIn(hosts.a, hosts.c))).toBe(false);
    expect(reached(await logIn(hosts.b, hosts.c))).toBe(false);
  });

  it('logs in as the user that was named, and as no other', async () => {
    await restrictTo(`${user}@host-a`, 'somebody-else@host-b');
    expect(reached(await logIn(hosts.a))).toBe(true);
    expect(reached(await logIn(hosts.b))).toBe(false);
  });

  it('logs in to a host whose only proof is RSA with SHA-1, and to no other', async () => {
    const hostKey = await makeKeyPair(space, 'old-host-key', { type: 'rsa' });
    const config = ['HostKeyAlgorithms ssh-rsa'];
    const old = await startSshd(space, { name: 'old', authorizedKeys: [key.publicKey], hostKey, config });
    const logInTo = (host: Sshd) =>
      agent.run(
        'ssh',
        ...sshArguments(host, '-o', 'HostKeyAlgorithms=+ssh-rsa', '-o', 'IdentitiesOnly=yes'),
        ...['-i', key.publicPath, 'cat $SSH_USER_AUTH'],
      );
    await agent.runOk('ssh-add', '-q', '-H', old.knownHostsPath, '-h', 'old', key.path);
    expect(reached(await logInTo(old))).toBe(true);
    expect(reached(await logInTo(hosts.b))).toBe(false);
  });

  it('signs nothing else on this machine', async () => {
    await restrictTo('host-a');
    const message = await space.write('message', 'text');
    const { code } = await agent.run('ssh-keygen', '-Y', 'sign', '-n', 'file', '-f', key.publicPath, message);
    expect(code).not.toBe(0);
    expect((await agent.run('ssh-add', '-T', key.publicPath)).code).not.toBe(0);
  });

  it('can not be freed from its restriction from a host where it is not seen', async () => {
    await restrictTo('host-a');
    const inside = `ssh-add -q ${key.path}; ssh-add -D; echo "ended with $?"`;
    const { stdout, stderr } = await agent.run('env', ...route([hosts.a], passKey, inside));
    // Who removed all must not believe that nothing is left.
    expect([stdout, stderr]).toEqual([
      'ended with 1\n',
      expect.stringContaining('Failed to remove all identities'),
    ]);
    expect(await agent.runOk('ssh-add', '-L')).toContain(key.publicKey);
    expect(reached(await logIn(hosts.b))).toBe(false);
    expect(reached(await logIn(hosts.a))).toBe(true);
  });
});
