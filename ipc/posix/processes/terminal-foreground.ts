// Whether we may use the terminal now: a background job that reads from it is stopped by SIGTTIN.
import { libcFunction } from '../libc.ts';

/** True when `fd` is our controlling terminal and our process group is the one in its foreground. */
export function isForegroundTerminal(fd: number): boolean {
  if (process.platform === 'win32') return true;
  // SAFETY: takes and returns integers only; -1 for a descriptor that is closed or no terminal of ours.
  const foregroundGroup: number = libcFunction('int tcgetpgrp(int fd)')(fd);
  // SAFETY: no arguments, always succeeds.
  const ourGroup: number = libcFunction('int getpgrp(void)')();
  return foregroundGroup === ourGroup;
}
