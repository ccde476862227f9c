// A text file of the person: read for a change, and replaced with all that it had beside its text.
import { lstatSync, realpathSync, type Stats, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { hasAccessList } from '../../../ipc/posix/files/access-list.ts';
import { assertTrustedPlace } from '../../../ipc/posix/files/trusted-place.ts';
import { replaceFileOfPerson } from '../../stored/replace-file.ts';
import { ChangeError } from './change-error.ts';
import { readPlainFile } from './read-plain-file.ts';

/** What people write by hand is far smaller. */
export const maxPersonFileBytes = 1024 * 1024;
const OWNER_WRITE = 0o200;

export interface PersonFile {
  /** Behind links. */
  readonly path: string;
  readonly bytes: Buffer;
  readonly stats: Stats;
}

const facts = (of: Stats | undefined) => of && [of.ino, of.size, of.mtimeMs].join(' ');

function whyNotReplaced(path: string, stats: Stats): string | undefined {
  if (!stats.isFile()) return `${path} is no file, so it is left as it is.`;
  if (stats.size > maxPersonFileBytes) return `${path} is larger than 1 MB, so it is left as it is.`;
  if ((stats.mode & OWNER_WRITE) === 0)
    return `${path} is read-only, so it is left as it is. Make it writable, then try again.`;
  // A file that is written anew would be another one than its other names have.
  if (stats.nlink > 1 && process.platform !== 'win32')
    return `${path} has other names on the disk (hard links), so it is left as it is.`;
  if (process.platform === 'win32') return undefined;
  if (stats.uid !== process.geteuid?.()) return `${path} belongs to another user, so it is left as it is.`;
  return hasAccessList(path) ? `${path} has an access list of its own, so it is left as it is.` : undefined;
}

/**
 * Undefined where there is none. `byHand` are the lines that the person would have to see to. Throws ChangeError,
 * UntrustedPlaceError or the system's error. SECURITY: links are followed only where nobody else had a hand in them.
 */
export function readPersonFile(path: string, byHand: readonly string[]): PersonFile | undefined {
  assertTrustedPlace(path);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    throw new ChangeError(`${path} is a link that leads nowhere, so it is left as it is.`, byHand);
  }
  const real = realpathSync.native(path);
  const reason = whyNotReplaced(real, stats);
  if (reason !== undefined) throw new ChangeError(`${reason} You can do it by hand.`, byHand);
  // What stands there by now may be another.
  const read = readPlainFile(real, maxPersonFileBytes);
  if (read === undefined) throw new ChangeError(`${path} has just been changed. Look again.`, byHand);
  const { bytes, stats: now } = read;
  if (facts(now) !== facts(stats))
    throw new ChangeError(`${path} has just been changed. Look again.`, byHand);
  if (bytes.includes(0))
    throw new ChangeError(
      `${path} is not in an encoding that its programs read (UTF-16, as Windows PowerShell writes it), so it is left as it is. Save it as UTF-8, then try again.`,
      byHand,
    );
  return { path: real, bytes, stats };
}

/** Throws ChangeError when the file is not as it was read: an editor has saved it since. */
function assertUnchanged(path: string, stats: Stats | undefined): void {
  const now = statSync(path, { throwIfNoEntry: false });
  if (facts(now) !== facts(stats))
    throw new ChangeError(`${path} has just been changed by another program. Look again, then try again.`);
}

/**
 * Replaces what was read, `undefined` for nothing, at once and whole; a file that was not there is made for the person
 * alone. Without bytes the file is removed. Rejects with ChangeError or the system's error, the file being as it was then.
 */
export async function replacePersonFile(
  path: string,
  was: PersonFile | undefined,
  bytes: Buffer | undefined,
): Promise<void> {
  const real = was?.path ?? path;
  const beforeRename = () => assertUnchanged(real, was?.stats);
  if (bytes !== undefined) return await replaceFileOfPerson(real, bytes, was?.stats, beforeRename);
  beforeRename();
  await rm(real);
}
