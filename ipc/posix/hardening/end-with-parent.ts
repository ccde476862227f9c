// A process that does not outlive the one that started it, whatever it is busy with.
import { libcFunction } from '../libc.ts';

const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/**
 * The kernel kills this process as soon as its parent `parentPid` has ended; ends it now where that has happened already.
 * For a process that was started by the main thread of its parent. Does nothing but on Linux.
 */
export function endWithParent(parentPid: number): void {
  if (process.platform !== 'linux') return;
  // SAFETY: PR_SET_PDEATHSIG takes one integer and no pointer; prctl is variadic, hence the three dots.
  libcFunction('int prctl(int option, ...)')(PR_SET_PDEATHSIG, 'unsigned long', SIGKILL);
  if (process.ppid !== parentPid) process.exit();
}
