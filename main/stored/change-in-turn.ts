// Files that several agents of one person read, change and write: one at a time, so that none undoes what another has written.
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { withDirectoryLock } from '../../ipc/posix/files/directory-lock.ts';
import { OneAtATime } from '../basics/one-at-a-time.ts';

const ownTurns = new OneAtATime();

async function withMutexOf<T>(path: string, action: (isHeld: boolean) => Promise<T>): Promise<T> {
  const { withFileMutex } = await import('../../ipc/win32/mutexes/named-mutex.ts');
  // As Windows compares paths; a name of a mutex holds no backslash.
  const name = createHash('sha256').update(path.toLowerCase()).digest('hex');
  return await withFileMutex(`Local\\Sallyport.File.${name}`, action);
}

/**
 * Makes the file's directory and runs `action`, which reads and writes the file at `path`, while no other program of ours
 * does. Rejects as `action` does, and with EBUSY where another keeps the directory for more than five seconds. SECURITY:
 * only for a path whose place was judged.
 */
export function changeInTurn<T>(path: string, action: () => Promise<T>): Promise<T> {
  return ownTurns.run(() => {
    const directory = dirname(path);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return process.platform === 'win32' ? withMutexOf(path, action) : withDirectoryLock(directory, action);
  });
}

/** Another program of ours does such work, and has not ended in five seconds. */
export class OthersAtWorkError extends Error {
  override readonly name = 'OthersAtWorkError';
}

const longTurns = new OneAtATime();

function withDirectoryBeside<T>(path: string, action: () => Promise<T>): Promise<T> {
  const directory = `${path}.lock`;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  let isBegun = false;
  return withDirectoryLock(directory, () => {
    isBegun = true;
    return action();
  }).catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw !isBegun && code === 'EBUSY' ? new OthersAtWorkError() : error;
  });
}

/**
 * Runs `action`, which changes several files in turn, the one at `path` among them, while no other program of ours runs
 * one for that. Rejects as `action` does, else with OthersAtWorkError. SECURITY: only for a path whose place was judged.
 */
export function workAlone<T>(path: string, action: () => Promise<T>): Promise<T> {
  return longTurns.run(() => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (process.platform !== 'win32') return withDirectoryBeside(path, action);
    return withMutexOf(`${path}.lock`, (isHeld) => {
      if (!isHeld) throw new OthersAtWorkError();
      return action();
    });
  });
}
