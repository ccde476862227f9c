// The descriptor that the system knows a socket of ours by.
import type { Socket } from 'node:net';

/** Undefined for a socket that is closed, or was never open. Node has no public way to it. */
export function descriptorOf(socket: Socket): number | undefined {
  const handle = (socket as unknown as { readonly _handle?: { readonly fd?: number } | null })._handle;
  const fd = handle?.fd;
  return fd === undefined || fd < 0 ? undefined : fd;
}
