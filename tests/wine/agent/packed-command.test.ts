// The command as the installer brings it, below a folder with a space and an apostrophe: in cmd.exe, and from WSL.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findCommand } from '../../../main/programs/find-command.ts';
import { snippetFor } from '../../../main/use-with/snippets.ts';
import { eventually } from '../../interop/support/eventually.ts';
import { findProgram } from '../../interop/support/installed-programs.ts';
import { run, runOk } from '../../interop/support/run-program.ts';
import { isListeningAt } from '../../interop/support/unix-sockets.ts';
import { openWorkspace } from '../../interop/support/workspace.ts';
import { projectDir, windowsPath } from '../lane/paths.ts';
import {
  compileWindowsC,
  describeWindows,
  laneEnv,
  laneWorkDir,
  runWindowsExe,
} from '../lane/windows-program.ts';
import { makeLaneCommandFolder } from '../lane/windows-tree.ts';
import { Askpass } from './askpass.ts';
import { keyPath } from './windows-command.ts';

describeWindows('the packed command', () => {
  const space = openWorkspace();
  let resources: string;

  beforeAll(async () => {
    resources = space.path("Mary O'Brien", 'Sallyport', 'resources');
    makeLaneCommandFolder(join(resources, 'cli'), join(laneWorkDir(), '..'));
    expect(await sallyport(`agent --background "${keyPath('ed25519.openssh')}"`)).toMatchObject({
      exitCode: 0,
    });
  });

  afterAll(async () => {
    if (resources !== undefined) await sallyport('agent --stop');
  });

  /** Runs a line of a batch file that calls sallyport.cmd. */
  function sallyport(args: string, env: Record<string, string> = {}) {
    const batch = join(laneWorkDir(), 'packed-command.bat');
    writeFileSync(batch, `@"${windowsPath(join(resources, 'cli/sallyport.cmd'))}" ${args}\r\n`);
    return runWindowsExe('cmd', ['/c', windowsPath(batch)], { env });
  }

  test('has started an agent in the background, with every door, and asks it', async () => {
    expect(await sallyport('list')).toMatchObject({
      exitCode: 0,
      output: expect.stringContaining('ed25519 comment'),
    });
    const { output } = await sallyport('doors --json');
    expect((JSON.parse(output) as { status: string }[]).map(({ status }) => status)).toEqual(
      Array.from({ length: 4 }, () => 'listening'),
    );
  });

  test('takes arguments with spaces, and passphrases whose keys are derived in a worker', async () => {
    const name = 'a key, & more.ppk';
    copyFileSync(join(projectDir, 'tests/fixtures/keys/p256.ppk-argon2id'), space.path(name));
    const askpass = new Askpass();
    const env = { ...askpass.env, SSH_ASKPASS: askpass.program, SSH_ASKPASS_REQUIRE: 'force' };
    const adding = sallyport(`add "${windowsPath(space.path(name))}"`, env);
    (await askpass.next()).answer('pass phrase');
    expect(await adding).toMatchObject({ exitCode: 0 });
    expect((await sallyport('list')).output).toContain('p256 comment');
  });

  test('passes its exit code on', async () => {
    expect((await sallyport('list --no-such-option')).exitCode).toBe(2);
    expect((await sallyport('remove "no such key"')).exitCode).toBe(1);
  });

  const missing = ['socat', 'ssh-add'].filter((program) => findProgram(program) === undefined);
  describe.skipIf(missing.length > 0)(
    `in WSL, by its snippet ${missing.map((name) => `(no ${name})`)}`,
    () => {
      let shellEnv: NodeJS.ProcessEnv;
      let steps: string[];

      beforeAll(() => {
        const found = findCommand({ isPackaged: true, resourcesPath: resources, cliPath: '', env: {} });
        const command = { node: windowsPath(found?.node ?? ''), script: windowsPath(found?.script ?? '') };
        const facts = { platform: 'win32', addressOf: () => 'a pipe', doorsPlace: '', command } as const;
        steps = snippetFor('wsl', facts)
          .steps.map(({ text }) => text)
          .slice(-2);
        shellEnv = { ...space.env, PATH: `${space.path('wsl')}:${space.env['PATH']}` };
        standInForWsl(found?.node ?? '', command.node);
      });

      /** WSL's wslpath, and its way to run Windows programs, which Linux here does not have. */
      function standInForWsl(node: string, nodeForWindows: string): void {
        mkdirSync(space.path('wsl'));
        const program = (name: string, text: string) =>
          writeFileSync(space.path('wsl', name), `#!/bin/sh\n${text}\n`, { mode: 0o700 });
        const bridge = compileWindowsC(join(projectDir, 'tests/wine/clients/stdio-bridge.c'));
        const env = Object.entries(laneEnv()).map(([name, value]) => `${name}='${value}'`);
        program(
          'node.exe',
          `exec env -i ${env.join(' ')} wine '${bridge}' "${node}" "$@" 2>>'${space.path('wine.txt')}'`,
        );
        program(
          'wslpath',
          `case $1 in 'C:\\') echo / ;; "${nodeForWindows}") echo '${space.path('wsl/node.exe')}' ;; esac`,
        );
      }

      const shell = (text: string) => run('sh', ['-c', text], { env: shellEnv, timeoutMs: 60_000 });

      test('is a command there', async () => {
        expect((await sallyport('config wsl')).output).toContain(steps[0]);
        expect(await shell(steps[0] ?? '')).toMatchObject({ code: 0 });
        expect((await shell('~/.local/bin/sallyport list')).stdout).toContain('ed25519 comment');
        expect((await shell("~/.local/bin/sallyport remove 'no such key'")).code).toBe(1);
      });

      test('lets ssh-add list the keys through a socket, several at a time, with one socat', async () => {
        const pidFile = space.path('socat.pid');
        const bashrc = `exec >/dev/null 2>&1\n${steps[1]}\necho "$!" >${pidFile}`;
        await shell(bashrc);
        const pid = Number(readFileSync(pidFile, 'utf8'));
        expect(pid).toBeGreaterThan(0);
        space.defer(() => void process.kill(pid));
        const socket = join(space.home, '.ssh/sallyport.sock');
        await eventually('socat listens', () => isListeningAt(socket));
        const env = { ...space.env, SSH_AUTH_SOCK: socket };
        const lists = [1, 2, 3].map(() => runOk('ssh-add', ['-l'], { env }));
        for (const list of await Promise.all(lists)) expect(list).toContain('ed25519 comment (ED25519)');
        await shell(bashrc);
        expect(readFileSync(pidFile, 'utf8')).toBe('\n');
      });
    },
  );
});
