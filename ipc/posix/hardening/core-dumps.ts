// Keeps keys out of core dumps and out of the reach of debuggers of the same user.
import { libcFunction } from '../libc.ts';

const RLIMIT_CORE = 4;
const PR_SET_DUMPABLE = 4;

/**
 * No core dump of this process from now on; on Linux also no ptrace and no /proc/<pid>/mem for other
 * processes of the same user. Only the soft limit is changed, which a child may raise again: a shell
 * started under the agent is none of our business. Does nothing on Windows.
 * @throws when the system refuses.
 */
export function disableCoreDumps(): void {
  if (process.platform !== 'linux' && process.platform !== 'darwin') return;
  // rlim_t is 64 bits wide on both systems: { soft, hard }.
  const limit = new BigUint64Array(2);
  // SAFETY: the kernel writes exactly one struct rlimit, the 16 bytes of `limit`.
  const read: number = libcFunction('int getrlimit(int resource, _Out_ void *limit)')(RLIMIT_CORE, limit);
  if (read !== 0) throw new Error('the core dump limit can’t be read');
  limit[0] = 0n;
  // SAFETY: the kernel only reads one struct rlimit, the 16 bytes of `limit`.
  const set: number = libcFunction('int setrlimit(int resource, const void *limit)')(RLIMIT_CORE, limit);
  if (set !== 0) throw new Error('core dumps can’t be turned off (setrlimit failed)');
  if (process.platform !== 'linux') return;
  // SAFETY: PR_SET_DUMPABLE takes one integer and no pointer; prctl is variadic, hence the three dots.
  const dumpable: number = libcFunction('int prctl(int option, ...)')(PR_SET_DUMPABLE, 'unsigned long', 0);
  if (dumpable !== 0) throw new Error('core dumps can’t be turned off (prctl failed)');
}
