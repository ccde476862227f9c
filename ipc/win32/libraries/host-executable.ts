// libuv's functions in the running executable (node.exe, electron.exe, whatever its file is called).

import type { Handle } from './native-library.ts';
import { koffi } from './native-library.ts';

let openOsHandle: ((handle: Handle) => number) | undefined;

/**
 * Turns a Win32 handle into a file descriptor of this process's C runtime, which then owns the handle.
 * Throws when the runtime has no descriptor left; the handle is still the caller's then.
 */
export function fileDescriptorOf(handle: Handle): number {
  // The C runtime that keeps the table of descriptors is the one libuv was linked with: ask libuv itself.
  openOsHandle ??= koffi().load(null).func('int uv_open_osfhandle(void *)');
  // SAFETY: the handle is open and ours; on success ownership passes to the descriptor.
  const descriptor = openOsHandle(handle);
  if (descriptor < 0) throw new Error('no file descriptor is left for a connection');
  return descriptor;
}
