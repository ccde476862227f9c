// Whether what lies at a path is this person's own, or others may have had a hand in it.
import { systemErrorInWords } from '../../../text/system-error.ts';
import { ownerWords } from './owner-words.ts';
import { isPrivateGroup } from './private-group.ts';
import { findWeakness, type Weakness } from './replaceable-path.ts';

/** Something of the person is not used, or not written, as others have a hand in its place. The message says how. */
export class UntrustedPlaceError extends Error {
  override readonly name = 'UntrustedPlaceError';
}

function explain({ path, what, kind, uid, mode }: Weakness): string {
  if (kind === 'foreign-owner')
    return `The ${what} ${path} belongs to ${ownerWords(uid)}. Move it away, or make it yours with chown.`;
  const can = what === 'file' ? 'write to the file' : 'replace what is in the directory';
  return `Other users may ${can} ${path} (mode ${mode.toString(8).padStart(3, '0')}). Close it with “chmod go-w ${path}”.`;
}

/**
 * How another user could have written what lies at `path`, or could yet, and what to do, in sentences for the person.
 * Undefined when nobody but this user and root could: by the file, by a directory on the way to it, or by a link. On
 * Windows always, since there the folders of the profile are the user's by their access lists.
 */
export function whoElseMayWrite(path: string): string | undefined {
  if (process.platform === 'win32') return undefined;
  try {
    const weakness = findWeakness(path, (gid) => isPrivateGroup(gid));
    return weakness && explain(weakness);
  } catch (error: unknown) {
    const { code, message } = error as NodeJS.ErrnoException;
    // There is nothing at the path, as a file is in the way, and the way as far as there has been judged.
    if (code === 'ENOTDIR') return undefined;
    // SECURITY: what can't be looked at is not known to be ours.
    return `It can't be seen who may write to ${path} (${systemErrorInWords(code ?? message)}). Check the directories on the way to it.`;
  }
}

/** Throws UntrustedPlaceError for what `whoElseMayWrite` finds. */
export function assertTrustedPlace(path: string): void {
  const reason = whoElseMayWrite(path);
  if (reason !== undefined) throw new UntrustedPlaceError(reason);
}
