// ssh -A: the agent is used from inside a login, and from inside a login inside a login.
import { beforeAll, expect, it } from 'vitest';
import { describeWith } from './support/installed-programs.ts';
import { type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { peersTree } from './support/peers-tree.ts';
import { runOk, shellCommand } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, sshArguments, startSshd } from './support/sshd.ts';
import { cliPath, openWorkspace } from './support/workspace.ts';

describeWith(['sshd'], 'ssh -A', () => {
  const space = openWorkspace();
  let agent: RunningAgent;
  let key: KeyPair;
  let first: Sshd;
  let second: Sshd;

  beforeAll(async () => {
    key = await makeKeyPair(space, 'key');
    [first, second] = (await Promise.all(
      ['first', 'second'].map((name) => startSshd(space, { name, authorizedKeys: [key.publicKey] })),
    )) as [Sshd, Sshd];
    agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
    await agent.runOk('ssh-add', '-q', key.path);
  });

  const insideFirst = (...command: readonly string[]) =>
    agent.run('ssh', ...sshArguments(first, '-A'), shellCommand(command));

  it('lists and uses the keys inside a login', async () => {
    expect((await insideFirst('ssh-add', '-L')).stdout).toBe(`${key.publicKey} key\n`);
    expect((await insideFirst('ssh-add', '-T', key.publicPath)).code).toBe(0);
  });

  it('logs in from inside a login to a second host, and uses the agent there', async () => {
    const inside = await insideFirst('ssh', ...sshArguments(second, '-A'), 'ssh-add -L; cat $SSH_USER_AUTH');
    expect(inside.stdout).toBe(`${key.publicKey} key\npublickey ${key.publicKey}\n`);
  });

  it('adds and removes keys from inside a login', async () => {
    const carried = await makeKeyPair(space, 'carried');
    expect((await insideFirst('ssh-add', '-q', carried.path)).code).toBe(0);
    expect(await agent.runOk('ssh-add', '-L')).toContain(carried.publicKey);
    expect((await insideFirst('ssh-add', '-q', '-d', carried.path)).code).toBe(0);
    expect(await agent.runOk('ssh-add', '-L')).not.toContain(carried.publicKey);
  });

  it('frees a key of this machine of no confirmation when it is added again inside a login', async () => {
    const confirmed = await makeKeyPair(space, 'confirmed');
    await agent.runOk('ssh-add', '-q', '-c', confirmed.path);
    expect((await insideFirst('ssh-add', '-q', confirmed.path)).code).toBe(1);
    // Nobody can be asked.
    expect((await agent.run('ssh-add', '-T', confirmed.publicPath)).code).toBe(1);
    expect((await insideFirst('ssh-add', '-q', '-c', confirmed.path)).code).toBe(0);
    await agent.runOk('ssh-add', '-q', '-d', confirmed.path);
  });

  it('refuses ssh-add -x and -X inside a login, and the keys stay in use here', async () => {
    const askpass = await space.write('printing-askpass', '#!/bin/sh\necho secret\n', 0o700);
    const settings = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
    const settingsInside = Object.entries(settings).map(([name, value]) => `${name}=${value}`);
    const env = { ...agent.env, ...settings };
    // Logs in by the key's file, as a locked agent has none.
    const inside = (flag: string) =>
      agent.run(
        'ssh',
        ...sshArguments(first, '-A', '-i', key.path),
        shellCommand(['env', ...settingsInside, 'ssh-add', flag]),
      );
    const locking = await inside('-x');
    expect([locking.code, locking.stderr]).toEqual([1, expect.stringContaining('Failed to lock agent')]);
    expect(await agent.runOk('ssh-add', '-L')).toContain(key.publicKey);
    await runOk('ssh-add', ['-x'], { env });
    expect((await inside('-X')).stderr).toContain('Failed to unlock agent');
    expect((await agent.run('ssh-add', '-l')).stdout).toBe('The agent has no identities.\n');
    await runOk('ssh-add', ['-X'], { env });
    expect(await agent.runOk('ssh-add', '-L')).toContain(key.publicKey);
  });

  it('gives a login without -A no agent', async () => {
    const { code } = await agent.run('ssh', ...sshArguments(first, '-a'), 'ssh-add -l');
    expect(code).toBe(2);
  });

  // The login is a shell in the tree of the newest programs, which has no Node.js.
  if (!peersTree)
    it('is not stopped from inside a login, of which no process is signalled', async () => {
      const stop = shellCommand([process.execPath, cliPath, 'agent', '--stop']);
      const inside = await agent.run('ssh', ...sshArguments(first, '-A'), `${stop}; echo "code $?"`);
      expect([inside.code, inside.stdout]).toEqual([0, 'code 3\n']);
      expect(inside.stderr).toContain(
        'one behind a relay, or an agent in a container can’t be stopped from here',
      );
      expect((await agent.run('ssh-add', '-l')).code).toBe(0);
    });

  it('goes on when a login that has used it is killed', async () => {
    const hanging = agent.startClient('ssh', ...sshArguments(first, '-A'), 'ssh-add -l; sleep 60');
    hanging.child.stdout?.once('data', () => hanging.child.kill('SIGKILL'));
    await hanging.result;
    expect((await agent.run('ssh-add', '-l')).code).toBe(0);
  });
});
