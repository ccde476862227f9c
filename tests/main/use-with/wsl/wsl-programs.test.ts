// What is written into a distribution, with the programs that are there: socat that listens and is ended, shells that read it.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { runWsl, Wsl } from '../../../../main/use-with/wsl/wsl.ts';
import { findProgram } from '../../../interop/support/installed-programs.ts';
import { isListeningAt } from '../../../interop/support/unix-sockets.ts';
import { shells, WslStandIn } from './wsl-stand-in.ts';

const command = { node: String.raw`C:\node.exe`, script: String.raw`C:\cli.js` };
const has = (...names: readonly string[]) => names.every((name) => findProgram(name) !== undefined);
const made: WslStandIn[] = [];
const started: ChildProcess[] = [];

function open(shell: readonly string[] = ['dash']) {
  const standIn = new WslStandIn(shell);
  made.push(standIn);
  return {
    standIn,
    wsl: new Wsl(command, runWsl(standIn.program)),
    at: (path: string) => join(standIn.home, path),
  };
}

/** By what they were told. */
function processesWith(word: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(word);
      } catch {
        return false;
      }
    })
    .map(Number);
}

afterEach(async () => {
  for (const child of started.splice(0)) child.kill();
  for (const standIn of made.splice(0)) {
    for (const pid of processesWith(`UNIX-LISTEN:${standIn.home}/`)) process.kill(pid);
    standIn.remove();
  }
});

describe.skipIf(!has('unshare', 'socat', 'setsid', 'ssh-add')).each(shells.filter(([name]) => has(name)))(
  'socat in a distribution with %s',
  (_, shell) => {
    it('that was started by ours is ended when that is removed, and no other', async () => {
      const { standIn, wsl, at } = open(shell);
      for (const name of ['socat', 'setsid', 'ssh-add']) standIn.link(name);
      // Of the one connection that it is to carry when it is ended.
      standIn.tool('wslpath', 'sleep 60');
      standIn.link('sleep');
      await wsl.apply(await wsl.planSetUp('Ubuntu'));
      const socket = at('.ssh/sallyport.sock');
      await expect.poll(() => isListeningAt(socket)).toBe(true);
      const others = [
        [`UNIX-LISTEN:${at('other.sock')},fork`, `EXEC:/bin/sh ${at('.local/share/sallyport/relay')}`],
        [`UNIX-LISTEN:${at('third.sock')},fork,mode=600,max-children=64`, 'EXEC:/bin/cat'],
      ].map((args) => spawn('socat', args, { stdio: 'ignore' }));
      started.push(...others);
      await expect
        .poll(() => isListeningAt(at('other.sock')) && isListeningAt(at('third.sock')))
        .toBeTruthy();
      const carried = connect(socket);
      const ended = new Promise((resolve) => carried.once('close', resolve));
      carried.on('error', () => {});
      carried.write('x');
      await expect.poll(() => processesWith(`UNIX-LISTEN:${socket},`).length).toBeGreaterThan(1);
      await wsl.apply(await wsl.planRemoval('Ubuntu'));
      await expect.poll(() => processesWith(`UNIX-LISTEN:${socket},`)).toEqual([]);
      await ended;
      expect(existsSync(socket)).toBe(false);
      expect(others.map(({ exitCode, signalCode }) => exitCode ?? signalCode)).toEqual([null, null]);
      expect(processesWith(`UNIX-LISTEN:${at('other.sock')}`).length).toBeGreaterThan(0);
    });

    it('is ended when systemd listens in its place', async () => {
      const { standIn, wsl, at } = open(shell);
      for (const name of ['socat', 'setsid', 'ssh-add']) standIn.link(name);
      await wsl.apply(await wsl.planSetUp('Ubuntu'));
      await expect.poll(() => isListeningAt(at('.ssh/sallyport.sock'))).toBe(true);
      standIn.withSystemd();
      await wsl.apply(await wsl.planSetUp('Ubuntu'));
      await expect.poll(() => processesWith(`UNIX-LISTEN:${at('.ssh/sallyport.sock')},`)).toEqual([]);
      expect(existsSync(at('.local/share/sallyport/start'))).toBe(false);
    });
  },
);

const shellsOfPeople = [
  ['zsh', ['-i', '-c'], 'echo "[$SSH_AUTH_SOCK]"'],
  ['fish', ['-c'], 'echo "[$SSH_AUTH_SOCK]"'],
  ['bash', ['--norc', '-l', '-c'], 'echo "[$SSH_AUTH_SOCK]"'],
] as const;

describe.skipIf(!has('unshare')).each(shellsOfPeople.filter(([name]) => has(name)))(
  'the lines for %s',
  (name, args, script) => {
    const run = (home: string, env: Record<string, string> = {}) =>
      execFileSync(findProgram(name) as string, [...args, script], {
        env: { HOME: home, PATH: process.env['PATH'], ...env },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      });

    it.each(['systemd', 'socat'] as const)(
      'name the socket to a real one (%s), and are gone with it',
      async (way) => {
        const { standIn, wsl, at } = open();
        if (way === 'systemd') standIn.withSystemd();
        else {
          standIn.tool('socat', 'exit 0');
          standIn.tool('setsid', `echo started >>'${standIn.dir}/started'`);
          standIn.tool('ssh-add', 'exit 2');
        }
        for (const shell of ['zsh', 'fish']) standIn.tool(shell, 'exit 0');
        mkdirSync(at('.ssh'));
        // A file of the person with nothing in it that a shell says something about.
        writeFileSync(at('.zshrc'), 'HISTSIZE=7');
        await wsl.apply(await wsl.planSetUp('Ubuntu'));
        // What it starts is told in the distribution's own way; here the shell alone is real.
        if (way === 'socat')
          writeFileSync(at('.local/share/sallyport/start'), `#!/bin/sh\necho x >>'${at('ran')}'\n`);
        expect(run(standIn.home)).toContain(`[${at('.ssh/sallyport.sock')}]`);
        if (way === 'socat') expect(readFileSync(at('ran'), 'utf8')).toContain('x');
        const far = { SSH_CONNECTION: '192.0.2.1 1 192.0.2.2 22', SSH_AUTH_SOCK: '/tmp/forwarded' };
        expect(run(standIn.home, far)).toContain('[/tmp/forwarded]');
        expect(run(standIn.home, { SSH_CONNECTION: far.SSH_CONNECTION })).toContain('/.ssh/sallyport.sock]');
        await wsl.apply(await wsl.planRemoval('Ubuntu'));
        expect(run(standIn.home)).toContain('[]');
        expect(readFileSync(at('.zshrc'), 'utf8')).toBe('HISTSIZE=7');
      },
    );
  },
);
