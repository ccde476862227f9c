// Whether the other end of a socket is still there, also while nothing is read from it.
import type { Socket } from 'node:net';
import { endianness } from 'node:os';
import { libcFunction } from '../libc.ts';

const POLLERR = 0x8;
const POLLHUP = 0x10;
/** Linux; elsewhere the end of the peer's sending can't be seen before all that it has sent is read. */
const POLLRDHUP = process.platform === 'linux' ? 0x2000 : 0;

/** sizeof(struct pollfd): int fd, short events, short revents. */
const POLLFD_BYTES = 8;

/**
 * Asks poll(2), without waiting, about the socket's other end. `gone`: both directions are closed, so nobody reads
 * replies any more. `ended`: it sends nothing more; on TCP it may be gone as well. A socket that can't be asked is
 * taken to be `there`.
 */
export function socketPeerState(socket: Socket): 'there' | 'ended' | 'gone' {
  // Node has no public way to a socket's descriptor.
  const fd = (socket as unknown as { readonly _handle?: { readonly fd?: number } | null })._handle?.fd;
  if (fd === undefined || fd < 0) return 'there';
  const pollfd = new Uint8Array(POLLFD_BYTES);
  const view = new DataView(pollfd.buffer);
  const littleEndian = endianness() === 'LE';
  view.setInt32(0, fd, littleEndian);
  view.setInt16(4, POLLRDHUP, littleEndian);
  // SAFETY: fd is open, since its net.Socket holds it during this synchronous call; one structure is given, which
  // the kernel writes to before the call returns. nfds_t is an unsigned integer of at most a register's size.
  const ready: number = poll()(pollfd, 1, 0);
  if (ready !== 1) return 'there';
  const events = view.getInt16(6, littleEndian);
  if (events & (POLLHUP | POLLERR)) return 'gone';
  return events & POLLRDHUP ? 'ended' : 'there';
}

function poll() {
  return libcFunction('int poll(_Inout_ void *fds, unsigned long count, int timeout)');
}
