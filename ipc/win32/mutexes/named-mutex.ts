// Named mutexes: one that agents hold while one looks for another and opens its doors, and those of files.
import { setTimeout as delay } from 'node:timers/promises';
import { closeHandle, kernel32 } from '../libraries/kernel32.ts';
import type { Handle } from '../libraries/native-library.ts';
import { UserOnlySecurity } from '../security/user-only-security.ts';

/** MUTEX_ALL_ACCESS, as SDDL. */
const MUTEX_RIGHTS = '0x1f0001';
const WAIT_OBJECT_0 = 0;
const WAIT_ABANDONED = 0x80;
/** Another agent's start takes milliseconds; one that hangs must not keep ours from starting. */
const PATIENCE_MS = 5_000;
const RETRY_MS = 50;

/**
 * Runs `action`, which must do all of its work before it returns, while holding the mutex. When another
 * process keeps it for more than five seconds, or it can't be had at all, the action runs without it:
 * the pipe's first-instance flag still decides who wins.
 */
export async function withStartupMutex<Result>(name: string, action: () => Result): Promise<Result> {
  const mutex = openMutex(name);
  if (mutex === undefined) return action();
  try {
    return (await isHad(mutex)) ? runAndRelease(mutex, action) : action();
  } finally {
    closeHandle(mutex);
  }
}

/**
 * The same for an action that takes time. Windows lets the thread in again that has the mutex: the caller makes sure that
 * one action of this thread runs at a time. The action is told whether the mutex is had.
 */
export async function withFileMutex<Result>(
  name: string,
  action: (isHeld: boolean) => Promise<Result>,
): Promise<Result> {
  const mutex = openMutex(name);
  if (mutex === undefined) return await action(false);
  let isHeld = false;
  try {
    isHeld = await isHad(mutex);
    return await action(isHeld);
  } finally {
    // SAFETY: this thread has it.
    if (isHeld) kernel32().ReleaseMutex(mutex);
    closeHandle(mutex);
  }
}

/** Waits for it; false: another process keeps it for too long. */
async function isHad(mutex: Handle): Promise<boolean> {
  // Never a long wait: it would stop this whole thread, and a mutex belongs to the thread that waited.
  for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += RETRY_MS) {
    // SAFETY: a handle of ours; 0 returns at once.
    const result = kernel32().WaitForSingleObject(mutex, 0);
    if (result === WAIT_OBJECT_0 || result === WAIT_ABANDONED) return true;
    await delay(RETRY_MS);
  }
  return false;
}

function runAndRelease<Result>(mutex: Handle, action: () => Result): Result {
  try {
    return action();
  } finally {
    // SAFETY: this thread has it, and nothing was awaited since.
    kernel32().ReleaseMutex(mutex);
  }
}

function openMutex(name: string): Handle | undefined {
  const security = new UserOnlySecurity(MUTEX_RIGHTS);
  try {
    // SAFETY: name and attributes live for the call.
    return kernel32().CreateMutexW(security.address, 0, name) ?? undefined;
  } finally {
    security.dispose();
  }
}
