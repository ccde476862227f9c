// Security keys by a library of middleware, with OpenSSH's own programs: the dummy of the tests is all that they find.
import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { canCompileMiddleware, compileMiddleware, type SkDummy } from '../fakes/middleware/sk-dummy.ts';
import { describeWith } from './support/installed-programs.ts';
import { run, runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, sshArguments, startSshd } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
const programs = ['ssh', 'ssh-add', 'ssh-keygen', 'sshd'];

describeWith(canCompileMiddleware ? programs : [...programs, 'gcc and libssl-dev'], 'middleware', () => {
  let dummy: SkDummy;
  let agent: RunningAgent;
  let sshd: Sshd;
  const keys: string[] = [];

  async function makeKey(name: string, ...options: readonly string[]): Promise<string> {
    const path = space.path(name);
    const args = ['-q', '-t', 'ed25519-sk', '-w', dummy.library, '-N', '', '-C', name, '-f', path];
    await runOk('ssh-keygen', [...args, ...options], { env: { ...space.env, ...dummy.env } });
    return path;
  }

  beforeAll(async () => {
    dummy = compileMiddleware(space.dir);
    for (const name of ['plain', 'kept']) {
      const path = await makeKey(
        name,
        ...(name === 'kept' ? ['-O', 'resident', '-O', 'application=ssh:kept'] : []),
      );
      keys.push(readFileSync(`${path}.pub`, 'utf8').split(' ', 2).join(' '));
    }
    sshd = await startSshd(space, { name: 'host', authorizedKeys: keys });
    agent = await RunningAgent.start(space, { args: ['--no-prompt'], env: dummy.env });
  });
  beforeEach(async () => {
    await agent.runOk('sallyport', 'security-keys', 'add', dummy.library);
  });
  afterEach(async () => {
    dummy.clear('pin', 'untouched', 'crash');
    await agent.runOk('ssh-add', '-qD');
  });

  const withDummy = (program: string, ...args: readonly string[]) =>
    run(program, args, { env: { ...agent.env, ...dummy.env } });
  const login = () => agent.run('ssh', ...sshArguments(sshd), 'echo in');
  const listed = async () => (await agent.run('ssh-add', '-L')).stdout;

  it('makes a login with a key that ssh-add has brought, named by its library or not', async () => {
    for (const args of [['-S', dummy.library], []]) {
      expect((await agent.run('ssh-add', '-q', ...args, space.path('plain'))).code).toBe(0);
      expect(await login()).toMatchObject({ code: 0, stdout: 'in\n' });
      await agent.runOk('ssh-add', '-qD');
    }
  });

  it('is loaded only where it is on the list', async () => {
    await agent.runOk('sallyport', 'security-keys', 'remove', dummy.library);
    const added = await agent.run('ssh-add', '-q', '-S', dummy.library, space.path('plain'));
    expect(added.code).not.toBe(0);
    expect(await listed()).not.toContain('sk-ssh');
    const kept = space.path('home/.config/sallyport/security-key-libraries.json');
    expect(existsSync(kept) && readFileSync(kept, 'utf8')).not.toContain('sk-dummy');
  });

  it('has resident keys loaded by ssh-add -K, and by our command with a PIN that it asks for', async () => {
    dummy.set('pin', '123456');
    const askpass = await space.write('askpass', '#!/bin/sh\necho 123456\n', 0o700);
    const asking = { SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
    const env = { ...agent.env, ...dummy.env, ...asking };
    await runOk('ssh-add', ['-q', '-S', dummy.library, '-K'], { env });
    expect(await listed()).toContain(keys[1]);
    expect(await login()).toMatchObject({ code: 0, stdout: 'in\n' });
    await agent.runOk('ssh-add', '-qD');
    const loaded = await run('sallyport', ['security-keys', 'load'], { env });
    expect(loaded).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Loaded SHA256:\S+ \(ssh:kept\)\.\n$/),
    });
    expect(await listed()).toContain(keys[1]);
    expect(await login()).toMatchObject({ code: 0, stdout: 'in\n' });
  });

  it('is told with what is wrong with it', async () => {
    const wrong = await withDummy(
      'sallyport',
      'security-keys',
      'add',
      '/usr/lib/x86_64-linux-gnu/libcrypto.so.3',
    );
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining('none for security keys') });
    expect(await agent.runOk('sallyport', 'security-keys')).toBe(`${dummy.library}: ready\n`);
  });

  it('signs a file when the person has touched it, and holds up no other key, nor does its crash', async () => {
    await agent.runOk('ssh-add', '-q', space.path('plain'));
    const other = space.path('other');
    await runOk('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'other', '-f', other], {
      env: space.env,
    });
    await agent.runOk('ssh-add', '-q', other);
    const file = await space.write('file', 'text');
    dummy.set('untouched');
    const before = dummy.touches();
    await space.write('plain-only.pub', readFileSync(space.path('plain.pub')));
    const signing = agent.startClient(
      'ssh-keygen',
      '-Y',
      'sign',
      '-n',
      'file',
      '-f',
      space.path('plain-only.pub'),
      file,
    );
    await expect.poll(() => dummy.touches(), { timeout: 10_000 }).toBe(before + 1);
    // Meanwhile another key is not held up.
    expect((await agent.run('sallyport', 'test-sign', 'other')).code).toBe(0);
    dummy.clear('untouched');
    expect((await signing.result).code).toBe(0);
    dummy.set('crash');
    expect((await agent.run('sallyport', 'test-sign', 'plain')).code).not.toBe(0);
    dummy.clear('crash');
    expect(agent.isAlive).toBe(true);
  });
});
