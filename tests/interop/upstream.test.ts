// Other agents behind ours: OpenSSH's and GnuPG's, with their own rules, and what happens when they go.
import { existsSync, readFileSync } from 'node:fs';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { describeWith } from './support/installed-programs.ts';
import { type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { OpensshAgent, startGpgAgent, startRelay } from './support/other-agents.ts';
import { type ProgramResult, run, runOk, shellCommand } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, sshArguments, startSshd } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
let other: OpensshAgent;
let agent: RunningAgent;
let ours: KeyPair;
let theirs: KeyPair;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([makeKeyPair(space, 'ours'), makeKeyPair(space, 'theirs')]);
  other = await OpensshAgent.start(space);
  agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
});

beforeEach(async () => {
  await Promise.all([agent.runOk('ssh-add', '-qD'), other.runOk('ssh-add', '-qD')]);
  await other.runOk('ssh-add', '-q', theirs.path);
  await agent.runOk('ssh-add', '-q', ours.path);
  // Again, so that nothing is hidden.
  await agent.runOk('sallyport', 'upstream', 'add', other.socketPath);
});

const listed = async (through: { runOk: RunningAgent['runOk'] } = agent) =>
  (await through.runOk('sh', '-c', 'ssh-add -L || true'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ')[2]);

/** Where ssh-keygen finds no private half beside it. */
const publicFile = (key: KeyPair) =>
  space.write(`only-${key.comment}.pub`, `${key.publicKey} ${key.comment}\n`);

async function sign(by: RunningAgent, key: KeyPair) {
  return by.startClient('ssh-keygen', '-q', '-Y', 'sign', '-n', 'file', '-f', await publicFile(key));
}

async function signs(by: RunningAgent, key: KeyPair): Promise<boolean> {
  const { code, stdout } = await (await sign(by, key)).result;
  return code === 0 && stdout.startsWith('-----BEGIN SSH SIGNATURE-----');
}

describe('OpenSSH’s agent behind ours', () => {
  it('has its keys listed beside ours, marked, and none of it is changed by removing and locking here', async () => {
    expect(await listed()).toEqual(['ours', 'theirs']);
    expect(await agent.runOk('sallyport', 'list')).toMatch(/theirs \(ED25519\) \(in .*\.sock\)/);
    await agent.runOk('ssh-add', '-qd', theirs.publicPath);
    expect(await listed()).toEqual(['ours']);
    expect(await listed(other)).toEqual(['theirs']);
    await agent.runOk('ssh-add', '-qD');
    expect(await listed(other)).toEqual(['theirs']);
    await agent.runOk('sallyport', 'upstream', 'add', other.socketPath);
    const env = {
      ...agent.env,
      SSH_ASKPASS: await space.write('askpass', '#!/bin/sh\necho x\n', 0o700),
      SSH_ASKPASS_REQUIRE: 'force',
    };
    await runOk('ssh-add', ['-x'], { env });
    expect(await signs(agent, theirs)).toBe(false);
    expect(await listed(other)).toEqual(['theirs']);
    await runOk('ssh-add', ['-X'], { env });
    expect(await listed()).toEqual(['theirs']);
  });

  it('signs a file and a commit', async () => {
    expect(await signs(agent, theirs)).toBe(true);
    const cwd = space.path('repository');
    await agent.runOk('git', 'init', '-q', cwd);
    const git = (...args: string[]) => agent.runOk('git', '-C', cwd, ...args);
    for (const [name, value] of [
      ['user.name', 'Somebody'],
      ['user.email', 'theirs@example.org'],
      ['gpg.format', 'ssh'],
      ['user.signingKey', await publicFile(theirs)],
      [
        'gpg.ssh.allowedSignersFile',
        await space.write('signers', `theirs@example.org ${theirs.publicKey}\n`),
      ],
    ] as const)
      await git('config', name, value);
    await git('commit', '-q', '--allow-empty', '-S', '-m', 'signed');
    await git('verify-commit', 'HEAD');
  });

  it('is used by RSA keys with SHA-2, and by keys of all kinds', async () => {
    for (const type of ['rsa', 'ecdsa-256', 'ecdsa-521']) {
      const key = await makeKeyPair(space, `upstream-${type}`, { type });
      await other.runOk('ssh-add', '-q', key.path);
      expect(await signs(agent, key)).toBe(true);
    }
  });

  it('asks its own person for a key that it is to confirm, and its “no” is one', async () => {
    await other.runOk('ssh-add', '-qD');
    await other.runOk('ssh-add', '-qc', theirs.path);
    expect(await signs(agent, theirs)).toBe(false);
    expect(await agent.runOk('sallyport', 'log')).toContain('The other agent refused to sign.');
  });

  it('killed in the middle of a signature fails that one, is shown with what to do, and comes back', async () => {
    const asked = space.path('asked');
    const askpass = await space.write(
      'slow-askpass',
      `#!/bin/sh\ntouch '${asked}'\nwhile kill -0 $PPID; do sleep 0.1; done\n`,
      0o700,
    );
    const slow = await OpensshAgent.start(space, {
      SSH_ASKPASS: askpass,
      SSH_ASKPASS_REQUIRE: 'force',
      DISPLAY: ':none',
    });
    const key = await makeKeyPair(space, 'slow');
    await slow.runOk('ssh-add', '-qc', key.path);
    await agent.runOk('sallyport', 'upstream', 'add', slow.socketPath);
    const signing = await sign(agent, key);
    await eventually('its person is asked', () => existsSync(asked));
    // Nobody else waits for that.
    expect(await signs(agent, ours)).toBe(true);
    expect(await signs(agent, theirs)).toBe(true);
    await slow.kill();
    expect((await signing.result).code).not.toBe(0);
    expect(await listed()).toEqual(['ours', 'theirs']);
    const { code, stdout } = await agent.run('sallyport', 'upstream');
    expect(code).toBe(1);
    expect(stdout).toMatch(/out of reach\n {2}Why: .+\n {2}What to do: Start it, or remove it here\./);
    await slow.startAgain();
    await slow.runOk('ssh-add', '-q', key.path);
    expect(await listed()).toEqual(['ours', 'theirs', 'slow']);
    expect(await signs(agent, key)).toBe(true);
    await agent.runOk('sallyport', 'upstream', 'remove', slow.socketPath);
    expect(await listed()).toEqual(['ours', 'theirs']);
  });

  it('that hangs holds up a list for less than a second, and no signature by another key', async () => {
    other.stop();
    try {
      for (const _ of [1, 2]) {
        const begun = performance.now();
        expect(await listed()).toContain('ours');
        expect(performance.now() - begun).toBeLessThan(2_000);
      }
      expect(await signs(agent, ours)).toBe(true);
      await expect.poll(() => listed()).toEqual(['ours']);
    } finally {
      other.goOn();
    }
  });

  it('is kept for the next start', async () => {
    const again = await RunningAgent.start(space, { args: ['--no-prompt'] });
    await expect.poll(() => listed(again)).toEqual(['theirs']);
    await again.stop();
    await agent.runOk('sallyport', 'upstream', 'remove', other.socketPath);
    const without = await RunningAgent.start(space, { args: ['--no-prompt'] });
    expect((await without.run('ssh-add', '-L')).code).toBe(1);
    await without.stop();
  });
});

describeWith(['sshd'], 'a login by a key of another agent', () => {
  let hosts: Record<'a' | 'b', Sshd>;
  let knownHosts: string;

  beforeAll(async () => {
    const start = (name: string) =>
      startSshd(space, { name, authorizedKeys: [ours.publicKey, theirs.publicKey] });
    const [a, b] = await Promise.all([start('host-a'), start('host-b')]);
    hosts = { a, b };
    knownHosts = await space.write(
      'known_hosts',
      [a, b].map((host) => readFileSync(host.knownHostsPath, 'utf8')).join(''),
    );
  });

  /** Through the hosts one after the other with the agent forwarded, the last one with `key`. */
  function route([next, ...rest]: readonly Sshd[], key: KeyPair): string[] {
    if (!next) return ['cat', '/dev/null'];
    const used = rest.length === 0 ? key : ours;
    const options = ['-A', '-o', 'IdentitiesOnly=yes', '-i', used.publicPath];
    const inner = rest.length === 0 ? 'cat $SSH_USER_AUTH' : shellCommand(route(rest, key));
    return ['ssh', ...sshArguments(next, ...options), inner];
  }
  const logIn = (...through: Sshd[]): Promise<ProgramResult> => agent.run('env', ...route(through, theirs));
  const reached = ({ stdout }: ProgramResult) => stdout === `publickey ${theirs.publicKey}\n`;

  it('works here and from the host that the agent is forwarded to', async () => {
    expect(reached(await logIn(hosts.a))).toBe(true);
    expect(reached(await logIn(hosts.a, hosts.b))).toBe(true);
  });

  it('keeps to the destinations that were set there, by the session-binds that are passed on', async () => {
    await other.runOk('ssh-add', '-qD');
    await other.runOk('ssh-add', '-q', '-H', knownHosts, '-h', 'host-a', theirs.path);
    expect(reached(await logIn(hosts.a))).toBe(true);
    const elsewhere = await logIn(hosts.b);
    expect(reached(elsewhere)).toBe(false);
    // It is not even offered there.
    expect(elsewhere.stderr).not.toContain('signing failed');
    expect(reached(await logIn(hosts.a, hosts.b))).toBe(false);
    expect(await signs(agent, theirs)).toBe(false);
    await other.runOk('ssh-add', '-qD');
    await other.runOk('ssh-add', '-q', '-H', knownHosts, '-h', 'host-a', '-h', 'host-a>host-b', theirs.path);
    expect(reached(await logIn(hosts.a, hosts.b))).toBe(true);
    expect(reached(await logIn(hosts.b))).toBe(false);
  });

  it('keeps to the destinations that were set here, past which the other agent does not lead', async () => {
    await agent.runOk('ssh-add', '-q', '-H', knownHosts, '-h', 'host-a', theirs.path);
    expect(reached(await logIn(hosts.a))).toBe(true);
    expect(reached(await logIn(hosts.b))).toBe(false);
    expect(reached(await logIn(hosts.a, hosts.b))).toBe(false);
  });
});

describe('never a loop', () => {
  const add = (to: RunningAgent, address: string) => to.run('sallyport', 'upstream', 'add', address);

  it('is made of the agent itself: by its address, a link, or a relay', async () => {
    const itself = await add(agent, agent.socketPath);
    expect([itself.code, itself.stderr]).toEqual([1, 'sallyport: It is this agent itself.\n']);
    const behind = await add(agent, await startRelay(space, agent.socketPath));
    expect([behind.code, behind.stderr]).toEqual([1, 'sallyport: It is this agent itself.\n']);
    expect(await listed()).toEqual(['ours', 'theirs']);
  });

  it('is made of two agents that have each other, also through relays', async () => {
    const second = await RunningAgent.start(space, {
      args: ['--no-prompt', `--upstream=${agent.socketPath}`],
    });
    const relay = await startRelay(space, second.socketPath);
    expect((await add(agent, relay)).code).toBe(0);
    const key = await makeKeyPair(space, 'second');
    await second.runOk('ssh-add', '-q', key.path);
    expect((await listed()).sort()).toEqual(['ours', 'second', 'theirs']);
    expect((await listed(second)).sort()).toEqual(['ours', 'second', 'theirs']);
    expect(await signs(agent, key)).toBe(true);
    expect(await signs(second, ours)).toBe(true);
    // A key that neither has any more is gone from both, and does not go round between them.
    await second.runOk('ssh-add', '-qd', key.publicPath);
    await agent.runOk('ssh-add', '-qd', ours.publicPath);
    expect(await listed()).toEqual(['theirs']);
    expect(await listed(second)).toEqual(['theirs']);
    expect(await signs(second, ours)).toBe(false);
    await agent.runOk('sallyport', 'upstream', 'remove', relay);
    await second.stop();
  });
});

describeWith(['gpg', 'gpgconf', 'sshd'], 'gpg-agent behind ours', () => {
  it('has its keys listed, logs in and signs', async () => {
    const gpg = await startGpgAgent(space);
    expect(await agent.runOk('sallyport', 'upstream', 'add', gpg.socketPath)).toMatch(/\(gpg-agent\): 1 key/);
    const publicPath = await space.write('gpg.pub', `${gpg.publicKey} gpg\n`);
    expect(await agent.runOk('ssh-add', '-L')).toContain(gpg.publicKey);
    const host = await startSshd(space, { name: 'for-gpg', authorizedKeys: [gpg.publicKey] });
    const options = ['-o', 'IdentitiesOnly=yes', '-i', publicPath];
    expect(await agent.runOk('ssh', ...sshArguments(host, ...options), 'cat $SSH_USER_AUTH')).toBe(
      `publickey ${gpg.publicKey}\n`,
    );
    const signed = await run('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'file', '-f', publicPath], {
      env: agent.env,
      input: 'text',
    });
    expect(signed.stdout).toContain('BEGIN SSH SIGNATURE');
    await agent.runOk('sallyport', 'upstream', 'remove', gpg.socketPath);
  });
});
