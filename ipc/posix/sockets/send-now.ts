// Bytes handed to the system at once, without what Node makes for each write: half a microsecond of a short reply.
import type { Socket } from 'node:net';
import { libcFunction } from '../libc.ts';
import { descriptorOf } from './socket-descriptor.ts';

let send: ReturnType<typeof libcFunction> | undefined;

/** Linux's numbers: does not wait, and raises no signal where nobody reads any more. */
const [MSG_DONTWAIT, MSG_NOSIGNAL] = [0x40, 0x4000];

/**
 * How many of the `bytes` the system has taken: 0 where the socket is closed, or full, or is to be written to in another
 * way. Only for a socket that has nothing to write itself, which would come later. Never throws.
 */
export function sendNow(socket: Socket, bytes: Uint8Array): number {
  if (process.platform !== 'linux') return 0;
  const descriptor = descriptorOf(socket);
  if (descriptor === undefined) return 0;
  try {
    // SAFETY: the descriptor is open, since its net.Socket holds it during this synchronous call; the kernel reads no more
    // than `length` bytes.
    send ??= libcFunction('intptr_t send(int fd, const void *bytes, size_t length, int flags)');
    const sent: number = send(descriptor, bytes, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL);
    return Math.max(0, sent);
  } catch {
    return 0;
  }
}
