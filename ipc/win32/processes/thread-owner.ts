// The process that a thread belongs to (kernel32.dll).
import { closeHandle } from '../libraries/kernel32.ts';
import { type BOOL, type Handle, systemLibrary } from '../libraries/native-library.ts';

const THREAD_QUERY_LIMITED_INFORMATION = 0x0800;

interface ThreadFunctions {
  OpenThread(access: number, inherit: BOOL, threadId: number): Handle | null;
  GetProcessIdOfThread(thread: Handle): number;
}

const kernel32 = systemLibrary(
  'kernel32.dll',
  (dll): ThreadFunctions => ({
    OpenThread: dll.func('void * __stdcall OpenThread(uint32_t, int, uint32_t)'),
    GetProcessIdOfThread: dll.func('uint32_t __stdcall GetProcessIdOfThread(void *)'),
  }),
);

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
