// The directory of a socket on Linux and macOS: nobody else may be able to put another socket in the place of ours.
import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemErrorInWords } from '../../../text/system-error.ts';
import { ownerWords } from '../../posix/files/owner-words.ts';
import { findWeakness } from '../../posix/files/replaceable-path.ts';
import { TransportError } from '../transport.ts';

/**
 * Of a socket, or a file in its stead: for the user alone. SECURITY: the sticky bit keeps it where old files are removed
 * by a timer, as in /tmp on most systems (tmpfiles.d(5), XDG Base Directory Specification). That a socket is in use is
 * told by the name that it was bound to, which ours has no more; and once it and its directory are gone, any user may
 * make both anew. Only Linux lets users set the bit.
 */
export const SOCKET_MODE = process.platform === 'linux' ? 0o1600 : 0o600;

/**
 * Makes what is missing of `dir`; true when there was something. Not by Node's `recursive`, which never comes to an end
 * where the system takes no directory and calls that ENOENT, as in /proc.
 */
function makeDirectories(dir: string): boolean {
  if (statSync(dir, { throwIfNoEntry: false })) return false;
  makeDirectories(dirname(dir));
  try {
    mkdirSync(dir, { mode: 0o700 });
  } catch (error: unknown) {
    // Another start was quicker.
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw notMadeError(dir, error);
  }
  return true;
}

function notMadeError(dir: string, cause: unknown): TransportError {
  const { code, message }: NodeJS.ErrnoException = cause instanceof Error ? cause : new Error(String(cause));
  return new TransportError(
    `The directory ${dir} can’t be made: ${systemErrorInWords(code ?? message)}.`,
    'Choose a path in a directory that you can write to; TMPDIR names the temporary folder.',
    { cause },
  );
}

/**
 * Makes the socket's directory (0700) when it is missing. Nobody else may have a hand in it, nor in a directory on the
 * way to it. `isPrivate` says that it is ours alone: then it must belong to us and be closed to all others.
 * @throws TransportError with a remedy.
 */
export function prepareSocketDirectory(dir: string, isPrivate: boolean): void {
  // Before as well, so that nothing is made where it would be of no use.
  assertOthersStayOut(dir);
  const made = makeDirectories(dir);
  assertOthersStayOut(dir);
  if (isPrivate || made) assertPrivateDirectory(dir);
}

/** Whether `dir` is there, and such as `prepareSocketDirectory` wants a private one to be. */
export function isPrivateSocketDirectory(dir: string): boolean {
  try {
    assertOthersStayOut(dir);
    assertPrivateDirectory(dir);
    return true;
  } catch {
    return false;
  }
}

function assertPrivateDirectory(dir: string): void {
  const stats = statSync(dir);
  const { uid, mode } = stats;
  if (!stats.isDirectory())
    throw new TransportError(
      `${dir} is no directory, and is kept as it is.`,
      'Remove it, or choose another path.',
    );
  if (uid !== process.geteuid?.()) throw foreignOwnerError('directory', dir, uid);
  if ((mode & 0o077) !== 0)
    throw new TransportError(
      `Others may enter the directory ${dir} (mode ${octal(mode & 0o777)}).`,
      `Close it with: chmod 700 ${dir}`,
    );
}

// SECURITY: who may rename entries of a directory can put another agent in our place, or another directory in that of
// ours, and is then given the private keys that people add. In /tmp and its kind they can take a name that is free, and
// then we don't open; they can't take one that we have. ssh-agent opens there, too.
function assertOthersStayOut(dir: string): void {
  const weakness = findWeakness(dir);
  if (!weakness) return;
  const { path, what, kind, uid, mode } = weakness;
  if (kind === 'foreign-owner') throw foreignOwnerError(what, path, uid);
  const isOurs = uid === process.geteuid?.();
  const close = `${path === dir ? 'chmod 700' : 'chmod go-w'} ${path}`;
  throw new TransportError(
    `Other users may replace what is in the directory ${path} (mode ${octal(mode)}), so also the agent’s socket.`,
    isOurs
      ? `Close it with: ${close} — or choose a path in a directory that only you can write to.`
      : 'Choose a path in a directory that only you can write to.',
  );
}

const octal = (mode: number) => mode.toString(8).padStart(3, '0');

function foreignOwnerError(what: string, path: string, uid: number): TransportError {
  return new TransportError(
    `The ${what} ${path} belongs to ${ownerWords(uid)}, who could put a socket of their own there.`,
    'Choose another path for the socket, below directories that belong to you or to root.',
  );
}
