// Where Cygwin and MSYS2 are installed.
import { win32 } from 'node:path';
import { userRegistryKeys, userRegistryString } from '../../ipc/win32/registry/registry-keys.ts';
import { machineRegistryString } from '../../ipc/win32/registry/registry-value.ts';
import { findForeignOwner, findWeakness } from '../../ipc/win32/security/replaceable-path.ts';
import { localPath } from '../get-started/files/local-path.ts';
import type { PosixRoot } from './changes/windows-calls.ts';

const cygwinSetup = 'Software\\Cygwin\\setup';
const uninstall = 'Software\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const maxPrograms = 500;

const usual: readonly PosixRoot[] = [
  { id: 'cygwin', root: 'C:\\cygwin64' },
  { id: 'cygwin', root: 'C:\\cygwin' },
  { id: 'msys2', root: 'C:\\msys64' },
];

function told(read: () => string | undefined): readonly string[] {
  try {
    const value = read();
    return value ? [value] : [];
  } catch {
    return [];
  }
}

/** Those that their own installers have told Windows of, for all or for this person. */
function registered(): readonly PosixRoot[] {
  const cygwin = [
    ...told(() => userRegistryString(cygwinSetup, 'rootdir')),
    ...told(() => machineRegistryString(cygwinSetup, 'rootdir')),
  ];
  const msys2 = userRegistryKeys(uninstall, maxPrograms).flatMap((name) => {
    const key = `${uninstall}\\${name}`;
    const [title = ''] = told(() => userRegistryString(key, 'DisplayName'));
    return /^MSYS2\b/.test(title) ? told(() => userRegistryString(key, 'InstallLocation')) : [];
  });
  return [
    ...cygwin.map((root) => ({ id: 'cygwin', root }) as const),
    ...msys2.map((root) => ({ id: 'msys2', root }) as const),
  ];
}

/** SECURITY: anybody makes a folder on drive C:, and what lies in it is run when the person tests it. */
function isClosed(root: string): boolean {
  try {
    return findWeakness(root) === undefined;
  } catch {
    return false;
  }
}

/** What is read and run there. */
const ownedIn = ['etc\\profile', 'bin\\bash.exe', 'usr\\bin\\bash.exe'];

/**
 * SECURITY: Windows still tells of a Cygwin whose folder was deleted, as it has no uninstaller; whoever makes that folder
 * again, or fills what is left of it, owns what they have put there.
 */
function isOfOthers(root: string): boolean {
  try {
    return ownedIn.some((name) => findForeignOwner(win32.join(root, name)) !== undefined);
  } catch {
    return true;
  }
}

/** One of each, on this computer. Throws Win32Error. */
export async function findPosixRoots(): Promise<readonly PosixRoot[]> {
  const found = new Map<PosixRoot['id'], PosixRoot>();
  const isThere = async ({ root }: PosixRoot) =>
    'path' in (await localPath(win32.join(root, 'etc', 'profile'))) && !isOfOthers(root);
  for (const one of registered()) if (!found.has(one.id) && (await isThere(one))) found.set(one.id, one);
  for (const one of usual)
    if (!found.has(one.id) && (await isThere(one)) && isClosed(one.root)) found.set(one.id, one);
  return [...found.values()];
}

/** HOME as the person has set it for good; undefined where they have not. */
export const lastingHome = (): string | undefined => told(() => userRegistryString('Environment', 'HOME'))[0];
