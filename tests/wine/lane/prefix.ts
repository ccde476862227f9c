// Wine prefixes of this run's own: named pipes, windows and the server process are apart from any other run's.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeExistingInstallation } from '../../fakes/existing-installation.ts';
import { cacheDir } from './paths.ts';
import { bringBackDlls } from './stand-in-dll.ts';

export interface Prefix {
  readonly dir: string;
  /** Ends every Windows program of this prefix and lets another run have it. */
  release(): void;
}

/**
 * Claims a prefix that no living run holds. A new one is made (about 15 s, once), or copied from `pattern`, which was
 * claimed before and in which nothing runs yet.
 */
export function claimPrefix(display: string, pattern?: Prefix): Prefix {
  mkdirSync(cacheDir, { recursive: true });
  // A prefix that a newer Wine has updated is no use to an older one.
  const [version] = execFileSync('wine', ['--version'], { encoding: 'utf8' }).split(/\s/);
  for (let number = 0; ; number++) {
    const lock = join(cacheDir, `prefix-${version}-${number}.lock`);
    if (!takeLock(lock)) continue;
    const dir = join(cacheDir, `prefix-${version}-${number}`);
    // A run that was killed leaves programs behind, which hold pipe names with their old descriptors.
    killServer(dir);
    try {
      prepare(dir, display, pattern);
    } catch (error) {
      killServer(dir);
      rmSync(lock, { force: true });
      throw error;
    }
    return {
      dir,
      release() {
        killServer(dir);
        rmSync(lock, { force: true });
      },
    };
  }
}

function prepare(dir: string, display: string, pattern: Prefix | undefined): void {
  const ready = join(dir, 'sallyport-ready');
  if (existsSync(ready)) {
    bringBackDlls(dir);
    return;
  }
  for (const remains of [dir, `${dir}.new`]) rmSync(remains, { recursive: true, force: true });
  if (pattern) {
    // Under another name until it is whole: the file that says so is copied, too.
    execFileSync('cp', ['-a', pattern.dir, `${dir}.new`]);
    renameSync(`${dir}.new`, dir);
    return;
  }
  const env = wineEnv(dir, display);
  execFileSync('wine', ['wineboot', '--init'], { env, stdio: 'ignore', timeout: 180_000 });
  // node.exe refuses to start on what Wine 8 says it is by default.
  execFileSync('wine', ['winecfg', '-v', 'win10'], { env, stdio: 'ignore', timeout: 60_000 });
  // Settings reach the disk when the server ends.
  spawnSync('wineserver', ['-w'], { env, stdio: 'ignore', timeout: 60_000 });
  seedPerson(dir);
  writeFileSync(ready, '');
}

function seedPerson(dir: string): void {
  const users = join(dir, 'drive_c/users');
  for (const name of readdirSync(users).filter((user) => user !== 'Public'))
    makeExistingInstallation(join(users, name, 'AppData/Roaming'), 'Sallyport');
}

/** The environment in which Windows programs of a prefix run. */
export function wineEnv(dir: string, display: string): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    LANG: 'C.UTF-8',
    WINEPREFIX: dir,
    WINEARCH: 'win64',
    WINEDEBUG: '-all',
    // No downloads, no dialogs: neither .NET nor HTML is needed. No menu of who runs the tests gets what is installed.
    WINEDLLOVERRIDES: 'mscoree,mshtml,winemenubuilder.exe=',
    DISPLAY: display,
  };
}

function killServer(dir: string): void {
  if (!existsSync(dir)) return;
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], WINEPREFIX: dir };
  spawnSync('wineserver', ['-k'], { env, stdio: 'ignore', timeout: 30_000 });
}

function takeLock(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (isAlive(Number(readLock(lock)))) return false;
    rmSync(lock, { force: true });
    return takeLock(lock);
  }
}

function readLock(lock: string): string {
  try {
    return readFileSync(lock, 'utf8') || String(process.pid);
  } catch {
    return '0';
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
