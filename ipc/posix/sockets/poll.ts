// poll(2) of one descriptor, without waiting.
import { libcFunction } from '../libc.ts';

/** struct pollfd: int fd, short events, short revents; always the same, as it is read before the next call. */
const pollfd = new ArrayBuffer(8);
const [descriptorPart, eventsPart] = [new Int32Array(pollfd, 0, 1), new Int16Array(pollfd, 4, 2)];

/**
 * Which of the `events`, or of POLLERR and POLLHUP, hold for the descriptor now: 0 for none, undefined when the system
 * does not say. The descriptor must be open.
 */
export function eventsNow(descriptor: number, events: number): number | undefined {
  descriptorPart[0] = descriptor;
  eventsPart[0] = events;
  eventsPart[1] = 0;
  // SAFETY: one structure is given, which the kernel writes to before the call returns. nfds_t is an unsigned integer
  // of at most a register's size.
  const ready: number = libcFunction('int poll(void *fds, unsigned long count, int timeoutMs)')(pollfd, 1, 0);
  return ready < 0 ? undefined : eventsPart[1];
}
