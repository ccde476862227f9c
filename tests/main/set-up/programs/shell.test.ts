// As a shell itself reads what is written for it.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { applyChange, undoChange } from '../../../../main/set-up/changes/change-kinds.ts';
import type { Surroundings } from '../../../../main/set-up/changes/surroundings.ts';
import { shellProgram } from '../../../../main/set-up/programs/shell.ts';
import { InventedHome } from '../invented-home.ts';

let home: InventedHome;

beforeEach(() => {
  home = new InventedHome();
  onTestFinished(() => home[Symbol.dispose]());
});

const around = (shell: string, changed: Partial<Surroundings> = {}) => {
  const real = home.around();
  return home.around({ env: { ...real.env, SHELL: shell }, ...changed });
};

async function setUp(where: Surroundings) {
  const [change] = (await shellProgram.look(where)).changes ?? [];
  if (change === undefined) throw new Error('there is nothing to set up');
  return await applyChange(change, where);
}

/** What a new login shell names. */
const told = (shell: string, env: Readonly<Record<string, string>> = {}) =>
  execFileSync(shell, ['-lc', 'printf %s "$SSH_AUTH_SOCK"'], {
    env: { PATH: process.env['PATH'], HOME: home.home, ...env },
    encoding: 'utf8',
  });

describe('the programs of a session', () => {
  it.each([
    ['/bin/sh', '.profile', '.profile'],
    ['/bin/bash', '.profile', '.profile'],
    ['/bin/bash', '.bash_profile', '.bash_profile'],
    ['/bin/bash', '.bash_login', '.bash_login'],
  ])('of %s are told by %s, and as before when that is undone', async (shell, there, file) => {
    home.write(there, 'export OTHER=1');
    expect(await shellProgram.look(around(shell))).toMatchObject({ status: 'can' });
    const made = await setUp(around(shell));
    expect(made).toMatchObject({ path: home.path(file) });
    expect(told(shell)).toBe(home.socket);
    expect(await shellProgram.look(around(shell))).toMatchObject({ status: 'works' });
    await undoChange(made, around(shell));
    expect(home.read(there)).toBe('export OTHER=1');
    expect(told(shell)).toBe('');
  });

  it('that were signed in to from elsewhere keep the agent that was forwarded', async () => {
    await setUp(around('/bin/sh'));
    const forwarded = { SSH_AUTH_SOCK: '/tmp/forwarded', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' };
    expect(told('/bin/sh', forwarded)).toBe('/tmp/forwarded');
  });

  it('are told in the file of zsh, where that is the shell', async () => {
    expect(await setUp(around('/usr/bin/zsh'))).toMatchObject({ path: home.path('.zprofile') });
  });

  it('are told no place that could become another user’s, and none of a door that is shut', async () => {
    const lost = around('/bin/sh', { addressOf: () => '/tmp/sallyport-0/agent.sock' });
    expect(await shellProgram.look(lost)).toMatchObject({ status: 'blocked' });
    const shut = around('/bin/sh', { addressOf: () => undefined });
    expect(await shellProgram.look(shut)).toMatchObject({ status: 'blocked' });
  });

  it('are told a path as it is, whatever it holds', async () => {
    const odd = home.path("it's $HOME `x`.sock");
    await setUp(around('/bin/sh', { addressOf: () => odd }));
    expect(told('/bin/sh')).toBe(odd);
  });

  it.skipIf(!existsSync('/usr/bin/fish'))(
    'of fish are told by its own file as well, and tested by it',
    async () => {
      const odd = home.path("it's $HOME \\ `x`.sock");
      const where = around('/usr/bin/fish', { addressOf: () => odd });
      const { changes = [] } = await shellProgram.look(where);
      const made = [];
      for (const change of changes) made.push(await applyChange(change, where));
      expect([told('/bin/sh'), told('/usr/bin/fish')]).toEqual([odd, odd]);
      expect(told('/usr/bin/fish', { SSH_CONNECTION: 'x', SSH_AUTH_SOCK: '/tmp/a' })).toBe('/tmp/a');
      expect(await shellProgram.look(where)).toMatchObject({ status: 'works' });
      expect(await shellProgram.test(where)).toMatchObject({
        isWorking: false,
        message: expect.stringContaining('ssh-add gets no answer there'),
      });
      for (const change of made) await undoChange(change, where);
      expect(existsSync(home.path('.config/fish/config.fish'))).toBe(false);
      expect(await shellProgram.test(where)).toMatchObject({
        message: 'A new shell is not told of Sallyport.',
      });
    },
  );

  it('are tested by a new shell', async () => {
    expect(await shellProgram.test(around('/bin/sh'))).toMatchObject({
      isWorking: false,
      message: 'A new shell is not told of Sallyport.',
    });
    await setUp(around('/bin/sh'));
    expect(await shellProgram.test(around('/bin/sh'))).toMatchObject({
      isWorking: false,
      message: expect.stringContaining('ssh-add gets no answer there'),
    });
  });
});

describe('Git Bash', () => {
  it('is told of Cygwin’s socket with forward slashes', async () => {
    const windows = home.around({
      platform: 'win32',
      addressOf: (door) =>
        door === 'cygwin-socket' ? 'C:\\Users\\Mary O’B\\.ssh\\sallyport.sock' : undefined,
    });
    expect(await shellProgram.look(windows)).toMatchObject({
      status: 'can',
      changes: [
        {
          path: expect.stringMatching(/\\\.bashrc$/),
          lines: [expect.any(String), "export SSH_AUTH_SOCK='C:/Users/Mary O’B/.ssh/sallyport.sock'"],
        },
      ],
    });
    expect(await shellProgram.look({ ...windows, find: () => undefined })).toMatchObject({
      status: 'missing',
    });
  });
});
