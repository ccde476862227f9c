// An advisory lock on a directory, so that two programs don't both replace the same file in it.
import { closeSync, constants, fstatSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { libcFunction } from '../libc.ts';

const LOCK_EX = 2;
const LOCK_NB = 4;
/** By the group, and by all. */
const READABLE_BY_OTHERS = 0o044;
const RETRY_MS = 20;
const GIVE_UP_MS = 5000;

/**
 * Runs `action` while no other process runs one for the same directory. Nothing is left in the directory:
 * the lock is on its inode, and the kernel takes it back when this process dies.
 *
 * A directory of another user (such as /tmp) is not locked: anybody there could hold the lock for ever. So they could
 * where others may only read: there the action runs without the lock when it can't be had within 5 seconds.
 * @throws EBUSY when the lock of a closed directory can't be had within 5 seconds, or the system's error when the directory can't be opened.
 */
export async function withDirectoryLock<T>(dir: string, action: () => Promise<T>): Promise<T> {
  const fd = openSync(dir, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const { uid, mode } = fstatSync(fd);
    const isLocked = uid !== process.geteuid?.() || (await lock(fd));
    // SECURITY: who may open the directory, to read it only, may lock it, too, and would keep the agent from starting.
    if (!isLocked && (mode & READABLE_BY_OTHERS) === 0)
      throw Object.assign(new Error(`another program keeps ${dir} locked`), { code: 'EBUSY', path: dir });
    return await action();
  } finally {
    // Closing the only descriptor of this open file ends the lock.
    closeSync(fd);
  }
}

/** False when another program keeps it for too long. */
async function lock(fd: number): Promise<boolean> {
  const flock = libcFunction('int flock(int fd, int operation)');
  // SAFETY: fd was opened by the caller and stays open until after this returns. Never blocks (LOCK_NB).
  const isTaken = () => flock(fd, LOCK_EX | LOCK_NB) !== 0;
  if (!isTaken()) return true;
  const deadline = performance.now() + GIVE_UP_MS;
  while (isTaken()) {
    if (performance.now() > deadline) return false;
    await delay(RETRY_MS);
  }
  return true;
}
