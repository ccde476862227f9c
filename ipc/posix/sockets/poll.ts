// poll(2) of one descriptor, without waiting.
import { endianness } from 'node:os';
import { libcFunction } from '../libc.ts';

/** sizeof(struct pollfd): int fd, short events, short revents. */
const POLLFD_BYTES = 8;

/**
 * Which of the `events`, or of POLLERR and POLLHUP, hold for the descriptor now: 0 for none, undefined when the system
 * does not say. The descriptor must be open.
 */
export function eventsNow(descriptor: number, events: number): number | undefined {
  const pollfd = new Uint8Array(POLLFD_BYTES);
  const view = new DataView(pollfd.buffer);
  const littleEndian = endianness() === 'LE';
  view.setInt32(0, descriptor, littleEndian);
  view.setInt16(4, events, littleEndian);
  // SAFETY: one structure is given, which the kernel writes to before the call returns. nfds_t is an unsigned integer
  // of at most a register's size.
  const ready: number = libcFunction('int poll(_Inout_ void *fds, unsigned long count, int timeoutMs)')(
    pollfd,
    1,
    0,
  );
  return ready < 0 ? undefined : view.getInt16(6, littleEndian);
}
