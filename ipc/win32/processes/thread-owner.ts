// The process that a thread belongs to.
import { closeHandle, kernel32 } from '../libraries/kernel32.ts';

const THREAD_QUERY_LIMITED_INFORMATION = 0x0800;

/** The process id for a thread id; undefined when there is no such thread or it is closed to us. */
export function processOfThread(threadId: number): number | undefined {
  // SAFETY: any number is accepted; one that is no thread gives null.
  const thread = kernel32().OpenThread(THREAD_QUERY_LIMITED_INFORMATION, 0, threadId);
  if (thread === null) return undefined;
  try {
    // SAFETY: the handle is open.
    return kernel32().GetProcessIdOfThread(thread) || undefined;
  } finally {
    closeHandle(thread);
  }
}
