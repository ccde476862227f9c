// Git's settings of the person, read and written by Git itself.
import { existsSync } from 'node:fs';
import { posix, win32 } from 'node:path';
import { ChangeError } from './change-error.ts';
import type { ProgramRun, Surroundings } from './surroundings.ts';

/** Settings of one repository have no say, wherever we run. */
const notInRepository = { GIT_DIR: '/nonexistent', LC_ALL: 'C', GIT_CONFIG_COUNT: '0' };

/** Undefined where Git is not installed. */
export const findGit = (around: Surroundings) => around.find('git');

/** Runs `git config`. Throws ChangeError where there is no Git. */
export async function gitConfig(around: Surroundings, args: readonly string[]): Promise<ProgramRun> {
  const git = findGit(around);
  if (git === undefined) throw new ChangeError('Git is not found, so its settings are left as they are.');
  return await around.run(git, ['config', ...args], { env: notInRepository });
}

/** The file that `git config --global` writes (git-config(1), FILES). */
export function gitConfigPath({ platform, env, home }: Surroundings): string {
  const { join, isAbsolute } = platform === 'win32' ? win32 : posix;
  const { GIT_CONFIG_GLOBAL: named, XDG_CONFIG_HOME: xdg } = env;
  if (named && isAbsolute(named)) return named;
  const own = join(home, '.gitconfig');
  const shared = join(xdg && isAbsolute(xdg) ? xdg : join(home, '.config'), 'git', 'config');
  return !existsSync(own) && existsSync(shared) ? shared : own;
}

/** What the person's own file says, without those it includes: none, one or several. */
export async function globalValues(around: Surroundings, name: string): Promise<readonly string[]> {
  const { code, output } = await gitConfig(around, ['--global', '--null', '--get-all', name]);
  // 1: there is none (git-config(1)).
  if (code === 1) return [];
  if (code !== 0)
    throw new ChangeError(
      'Git can’t read its settings, so they are left as they are. “git config --global --list” says why.',
    );
  return output.split('\0').slice(0, -1);
}

/** What counts outside of any repository, with all files and includes, and which file says so. */
export async function effectiveValue(
  around: Surroundings,
  name: string,
): Promise<{ readonly value: string; readonly origin: string } | undefined> {
  const { code, output } = await gitConfig(around, ['--null', '--show-origin', '--get', name]);
  const [origin, value] = output.split('\0');
  if (code !== 0 || origin === undefined || value === undefined) return undefined;
  return { value, origin: origin.replace(/^file:/, '') };
}
