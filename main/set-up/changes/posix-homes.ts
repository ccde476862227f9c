// Cygwin and MSYS2: the folder that the person has there, which need not be that of Windows.
import { win32 } from 'node:path';
import { readPlainFile } from './read-plain-file.ts';
import type { Surroundings } from './surroundings.ts';
import type { PosixRoot } from './windows-calls.ts';

const maxBytes = 64 * 1024;

export interface HomeFacts {
  /** Where it is installed. */
  readonly root: string;
  /** The person's name in Windows. */
  readonly userName: string;
  /** Their folder in Windows. */
  readonly profile: string;
  /** HOME as the person has set it for good; that of our own process may be of the shell that has started us. */
  readonly lastingHome: string | undefined;
}

const isWhole = (path: string) => /^[a-z]:[\\/]/i.test(path) && !path.split(/[\\/]/).includes('..');

/** `%U` and its like (Cygwin's User's Guide, “nsswitch.conf”); undefined where one is of the domain. */
function expanded(template: string, { userName }: HomeFacts): string | undefined {
  const path = template.replaceAll(/%[uU]/g, userName).replaceAll('%_', ' ');
  return path.includes('%') ? undefined : path;
}

function windowsPathOf(path: string, root: string): string | undefined {
  if (path.split('/').includes('..')) return undefined;
  const drive = /^(?:\/cygdrive)?\/([a-z])\/(.*)$/.exec(path);
  return drive ? win32.join(`${drive[1]?.toUpperCase()}:\\`, drive[2] ?? '') : win32.join(root, path);
}

/**
 * By the text of /etc/nsswitch.conf: what its db_home says first of what can be known here. What only the domain knows is
 * passed over, as it is where the domain says nothing; then it is /home and the name. Undefined where that names no path.
 */
export function posixHomeBy(nsswitch: string, facts: HomeFacts): string | undefined {
  const { root, userName, profile, lastingHome } = facts;
  if (lastingHome !== undefined && isWhole(lastingHome)) return win32.normalize(lastingHome);
  const [, said = ''] = /^[ \t]*db_home:([^\r\n#]*)/m.exec(nsswitch) ?? [];
  for (const scheme of said.split(/[ \t]+/).filter(Boolean)) {
    if (scheme === 'windows') return profile;
    const path = scheme.startsWith('/') ? expanded(scheme, facts) : undefined;
    if (path !== undefined) return windowsPathOf(path, root);
  }
  // SECURITY: a name is one folder, wherever it came from.
  return /^[^\\/:*?"<>|]+$/.test(userName) && !/^\.+$/.test(userName)
    ? win32.join(root, 'home', userName)
    : undefined;
}

function nsswitchOf(root: string): string {
  try {
    return readPlainFile(win32.join(root, 'etc', 'nsswitch.conf'), maxBytes)?.bytes.toString('utf8') ?? '';
  } catch {
    return '';
  }
}

export interface PosixHome extends PosixRoot {
  readonly home: string;
}

/** Where each that is installed is, and the person's folder in it. */
export async function posixHomes({ windows, env, home }: Surroundings): Promise<readonly PosixHome[]> {
  if (windows === undefined) return [];
  const facts = { userName: env['USERNAME'] ?? '', profile: home, lastingHome: windows.lastingHome() };
  return (await windows.posixRoots()).flatMap(({ id, root }) => {
    const there = posixHomeBy(nsswitchOf(root), { ...facts, root });
    return there === undefined ? [] : [{ id, root, home: there }];
  });
}
