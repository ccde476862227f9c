// A Windows SSH client logs in to Debian's sshd with a key in the built agent, through each door.
import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProgram } from '../../interop/support/installed-programs.ts';
import { type Sshd, startSshd, user } from '../../interop/support/sshd.ts';
import { openWorkspace } from '../../interop/support/workspace.ts';
import { projectDir } from '../lane/paths.ts';
import {
  bundleForWindows,
  closedPath,
  describeWindows,
  laneWorkDir,
  runWindows,
} from '../lane/windows-program.ts';
import { untilKeysAre } from './listed-keys.ts';
import { type AgentOnWindows, keyPath, runSallyportOk, startAgent, stopAgent } from './windows-command.ts';

interface Door {
  readonly name: string;
  readonly address: string;
}

interface Use {
  readonly answer: string;
  readonly requester: {
    readonly transport: string;
    readonly process?: { readonly executable?: string };
    readonly purpose: { readonly kind: string; readonly user?: string };
  };
}

/** ssh2's own client for Pageant, for 64 bits. Wine names no default owner, which the header makes up for. */
function compilePagent(): void {
  const util = join(laneWorkDir(), '../node_modules/ssh2/util');
  const header = join(projectDir, 'tests/wine/copydata/named-owner.h');
  const exe = join(laneWorkDir(), 'pagent-for-login.exe');
  execFileSync('x86_64-w64-mingw32-gcc', [
    '-O1',
    '-include',
    header,
    '-o',
    exe,
    join(util, 'pagent.c'),
    '-ladvapi32',
  ]);
  renameSync(exe, join(util, 'pagent.exe'));
}

describeWindows('a login with ssh2', () => {
  const hasSshd = findProgram('sshd') !== undefined;
  const space = openWorkspace();
  let sshd: Sshd;
  let script: string;
  let agent: AgentOnWindows;
  let doors: Door[];

  beforeAll(async () => {
    if (!hasSshd) return;
    compilePagent();
    script = await bundleForWindows(join(projectDir, 'tests/wine/scripts/ssh2-login.ts'));
    const authorizedKeys = [readFileSync(join(projectDir, 'tests/fixtures/keys/ed25519.pub'), 'utf8').trim()];
    sshd = await startSshd(space, { name: 'debian', authorizedKeys });
    const list = `pageant-pipe,copydata,openssh-pipe,own-pipe,cygwin=${closedPath('login.sock').windows}`;
    agent = await startAgent(['--doors', list, '--no-prompt', keyPath('ed25519.openssh')]);
    await untilKeysAre(1);
    doors = JSON.parse(await runSallyportOk('doors', '--json')) as Door[];
  });

  afterAll(async () => {
    if (hasSshd) await stopAgent(agent);
  });

  const addressOf = (name: string) =>
    name === 'copydata' ? 'pageant' : (doors.find((door) => door.name === name)?.address ?? '');

  test.skipIf(!hasSshd).each(['pageant-pipe', 'copydata', 'openssh-pipe', 'own-pipe', 'cygwin-socket'])(
    'through %s reaches Debian’s sshd, and the agent knows who asked what for',
    async (door) => {
      const hostKey = Buffer.from(sshd.hostKey.blob).toString('base64');
      const { output, errorOutput } = await runWindows(script, [
        addressOf(door),
        String(sshd.port),
        user,
        hostKey,
      ]);
      expect(`${output}${errorOutput}`.trim()).toBe(`in as ${user}`);
      const [use] = (await runSallyportOk('log', '--json', '--limit', '1')).split('\n');
      expect(JSON.parse(use ?? '') as Use).toMatchObject({
        answer: 'allowed',
        requester: { transport: door, purpose: { kind: 'ssh-login', user } },
      });
      const { requester } = JSON.parse(use ?? '') as Use;
      const program = door === 'copydata' ? /\\pagent\.exe$/ : /\\node\.exe$/;
      expect(requester.process?.executable).toMatch(program);
    },
  );
});
