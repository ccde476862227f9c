// Paths that other programs wrote down: looked at only where that asks no other machine for anything.
import { lstat, readlink } from 'node:fs/promises';
import { posix, win32 } from 'node:path';
import { foreignName } from '../../../text/foreign-text.ts';
import { systemErrorInWords } from '../../../text/system-error.ts';

const maxCharacters = 1024;
const maxLinks = 40;

/** What is at a path, not following a link; rejects with the system's error. */
export interface PathLooks {
  /** Where it leads, if it is a link; else undefined. */
  target(path: string): Promise<string | undefined>;
  /** Of the drive `C:`. */
  isLocalDrive(drive: string): Promise<boolean>;
}

/** `problem`: why it is not looked at, the rest of a sentence about it. `isAbsent`: there is nothing. */
export type LocalPath = { readonly path: string } | { readonly problem: string; readonly isAbsent?: true };

/** Windows takes these for devices in every folder, with any ending. */
const device = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)/i;

const systemLooks: PathLooks = {
  async target(path) {
    return (await lstat(path)).isSymbolicLink() ? await readlink(path) : undefined;
  },
  async isLocalDrive(drive) {
    if (process.platform !== 'win32') return true;
    const { isLocalDrive } = await import('../../../ipc/win32/drives/drive-type.ts');
    return isLocalDrive(drive);
  },
};

/** Undefined: it is a plain path of this computer, as far as its text tells. */
function whyNot(path: string, platform: NodeJS.Platform): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (path.length > maxCharacters || /[\u0000-\u001f\u007f]/.test(path)) return 'is no path of a file';
  if (platform !== 'win32') return posix.isAbsolute(path) ? undefined : 'has no folder';
  if (/^[\\/]{2}/.test(path)) return 'is on another machine, which is not asked';
  if (!/^[a-z]:[\\/]/i.test(path)) return 'has no drive and folder';
  const names = path.slice(3).split(/[\\/]/);
  // A colon names a stream of a file; the others are for nobody.
  if (/[:*?"<>|]/.test(path.slice(2)) || names.some((name) => device.test(name)))
    return 'is no path of a file';
  return undefined;
}

/**
 * What the path leads to by all links, each looked at before it is followed. SECURITY: Windows sends a hash of the person's
 * password to a machine whose share is looked at, and whoever may write where programs keep their settings may name one.
 */
export async function localPath(
  named: string,
  platform: NodeJS.Platform = process.platform,
  looks: PathLooks = systemLooks,
): Promise<LocalPath> {
  const { resolve, dirname, join, relative, parse, sep } = platform === 'win32' ? win32 : posix;
  let way = named;
  for (let links = 0; links <= maxLinks; links++) {
    const problem = whyNot(way, platform);
    if (problem !== undefined) return { problem };
    way = resolve(way);
    const { root } = parse(way);
    if (platform === 'win32' && !(await looks.isLocalDrive(root.slice(0, 2))))
      return { problem: 'is on a drive of another machine, or on none' };
    let next: string | undefined;
    let at = root;
    for (const name of way.slice(root.length).split(sep).filter(Boolean)) {
      at = join(at, name);
      let target: string | undefined;
      try {
        target = await looks.target(at);
      } catch (error: unknown) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT' || code === 'ENOTDIR') return { problem: 'is not there', isAbsent: true };
        return { problem: `can't be looked at: ${systemErrorInWords(code)}` };
      }
      if (target === undefined) continue;
      // What Windows says of a link may begin so.
      const plain = platform === 'win32' ? target.replace(/^\\\\\?\\(?=[a-z]:\\)/i, '') : target;
      const isWhole = platform === 'win32' ? /^([a-z]:|[\\/])/i.test(plain) : plain.startsWith('/');
      next = join(isWhole ? plain : join(dirname(at), plain), relative(at, way));
      break;
    }
    if (next === undefined) return { path: way };
    way = next;
  }
  return { problem: 'leads round in a circle' };
}

/**
 * Why the key file at the path, or one beside it that is opened with it, is not opened, as the rest of a sentence about it;
 * undefined where all is well. Never rejects.
 */
export async function whyNotLocal(path: string): Promise<string | undefined> {
  const found = await localPath(path);
  if ('problem' in found) return found.problem;
  for (const companion of [`${path}.pub`, `${path}-cert.pub`]) {
    const beside = await localPath(companion);
    if ('problem' in beside && !beside.isAbsent)
      return `is left alone, as ${foreignName(companion)} beside it ${beside.problem}`;
  }
  return undefined;
}
