// The files of the person that blocks of ours may stand in.
import { posix, win32 } from 'node:path';
import { posixHomes } from './posix-homes.ts';
import type { Surroundings } from './surroundings.ts';

const names = ['.bashrc', '.profile', '.bash_profile', '.bash_login', '.zprofile'];

/** ssh's own settings of the person. */
export function sshConfigPath({ platform, home }: Surroundings): string {
  return (platform === 'win32' ? win32 : posix).join(home, '.ssh', 'config');
}

/** What fish reads at its start (fish(1)). */
export function fishConfigPath({ env, home }: Surroundings): string {
  const { XDG_CONFIG_HOME: xdg } = env;
  return posix.join(xdg && posix.isAbsolute(xdg) ? xdg : posix.join(home, '.config'), 'fish', 'config.fish');
}

/** SECURITY: taking a change back writes to no other file, whatever the list of changes says. */
export async function blockFiles(around: Surroundings): Promise<readonly string[]> {
  const { join } = around.platform === 'win32' ? win32 : posix;
  const homes = [around.home, ...(await posixHomes(around)).map(({ home }) => home)];
  return [
    sshConfigPath(around),
    fishConfigPath(around),
    ...homes.flatMap((home) => names.map((name) => join(home, name))),
  ];
}
