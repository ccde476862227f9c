// The newest OpenSSH that the machine's own package mirror has, in a tree of its own below .cache, entered by chroot.
import { mkdirSync, mkdtempSync, renameSync, symlinkSync } from 'node:fs';
import { lstat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findProgram } from './installed-programs.ts';
import { run, runOk, shellCommand } from './run-program.ts';
import type { Workspace } from './workspace.ts';

const cacheDir = fileURLToPath(new URL('../../../.cache/openssh', import.meta.url));
const suite = 'forky';
const tree = join(cacheDir, suite);
const bootScript = '/usr/share/debootstrap/scripts/sid';
const makeLimitSeconds = 360;
const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

export interface NewestOpenSsh {
  /** The tree's root. A path below it is the same file inside and outside of the tree. */
  readonly tree: string;
  /** What `ssh -Q key` lists. */
  readonly keyKinds: readonly string[];
}

/** The tree, made where it is not there yet, which takes a minute or two; or why it can't be had. Never rejects. */
export async function newestOpenSsh(): Promise<NewestOpenSsh | string> {
  if (process.getuid?.() !== 0) return 'only root can enter a tree of packages';
  try {
    if (!(await isWhole(tree))) {
      await remove(tree);
      const problem = await makeTree();
      if (problem !== undefined) return problem;
    }
    await leadPathsBack();
    const kinds = await runOk('chroot', [tree, 'ssh', '-Q', 'key'], { env });
    return { tree, keyKinds: kinds.split('\n').filter(Boolean) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? `: ${error.code}` : '';
    return `the tree of packages can't be used${code}`;
  }
}

/** Programs in `space`, which is below the tree, that run those of the tree. */
export async function useTreePrograms(space: Workspace): Promise<void> {
  const programs = ['ssh', 'ssh-add', 'ssh-keygen', 'sshd'];
  await Promise.all(
    programs.map((name) => {
      const command = shellCommand(['chroot', tree, name === 'sshd' ? '/usr/sbin/sshd' : `/usr/bin/${name}`]);
      return writeFile(join(space.bin, name), `#!/bin/sh\nexec ${command} "$@"\n`, { mode: 0o700 });
    }),
  );
}

async function isWhole(dir: string): Promise<boolean> {
  const programs = [
    ['ssh', '-V'],
    ['/usr/sbin/sshd', '-V'],
  ];
  const results = await Promise.all(
    programs.map((program) => run('chroot', [dir, ...program], { env }).catch(() => undefined)),
  );
  return results.every((result) => result?.code === 0);
}

/** Never what is mounted in it: debootstrap that was killed may have left /proc there. */
const remove = (dir: string) => runOk('rm', ['-rf', '--one-file-system', dir], { env, timeoutMs: 120_000 });

/** Why it could not be made, in words without the mirror; undefined when the tree is there. */
async function makeTree(): Promise<string | undefined> {
  if (!findProgram('debootstrap')) return 'not installed: debootstrap';
  const mirror = await packageMirror();
  if (mirror === undefined) return 'the machine has no package mirror';
  mkdirSync(cacheDir, { recursive: true });
  const leftOver = ['-maxdepth', '1', '-name', 'unfinished-*', '-mmin', '+30'];
  await runOk('find', [cacheDir, ...leftOver, '-exec', 'rm', '-rf', '--one-file-system', '{}', '+'], { env });
  // Under another name until it is whole: whoever runs the tests meanwhile, or after this one was killed, never sees half.
  // Nobody else can enter it, and run its set-user-ID programs, which get no updates.
  const unfinished = mkdtempSync(join(cacheDir, 'unfinished-'));
  const options = ['--variant=minbase', '--include=openssh-client,openssh-server'];
  const command = ['debootstrap', ...options, suite, unfinished, mirror, bootScript];
  // `timeout` ends all processes that debootstrap started, too.
  const limits = ['--kill-after=10', String(makeLimitSeconds)];
  const made = await run('timeout', [...limits, ...command], {
    env,
    timeoutMs: (makeLimitSeconds + 30) * 1000,
  }).catch(() => undefined);
  if (made?.code === 0 && (await isWhole(unfinished))) {
    // Where the server confines its unprivileged half.
    mkdirSync(join(unfinished, 'run/sshd'), { recursive: true, mode: 0o755 });
    try {
      renameSync(unfinished, tree);
    } catch (error) {
      // Another run was faster.
      await remove(unfinished);
      if (!(await isWhole(tree))) throw error;
    }
    return undefined;
  }
  await remove(unfinished);
  return made?.code === 124 ? 'debootstrap took too long' : 'debootstrap failed';
}

/** From apt, whichever way its sources are written; that of a whole suite, as security updates have one of their own. */
async function packageMirror(): Promise<string | undefined> {
  const printed = await run('apt-get', ['--print-uris', 'update'], { env }).catch(() => undefined);
  return /^'(https?:\/\/[^']+?)\/dists\/[^/'-]+\/InRelease'/m.exec(printed?.stdout ?? '')?.[1];
}

/** Makes the tree's own path lead back to its root from inside, so that paths in arguments and files hold on both sides. */
async function leadPathsBack(): Promise<void> {
  const inside = join(tree, tree);
  if (await lstat(inside).catch(() => undefined)) return;
  mkdirSync(dirname(inside), { recursive: true });
  symlinkSync('/', inside);
}
