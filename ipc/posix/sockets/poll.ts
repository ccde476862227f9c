// poll(2) of one descriptor, without waiting.
import { libcFunction } from '../libc.ts';

/** struct pollfd: int fd, short events, short revents; used again and again, as it is read before the next call. */
const pollfd = new ArrayBuffer(8);
const descriptorOfPoll = new Int32Array(pollfd, 0, 1);
const eventsOfPoll = new Int16Array(pollfd, 4, 2);

/**
 * Which of the `events`, or of POLLERR and POLLHUP, hold for the descriptor now: 0 for none, undefined when the system
 * does not say. The descriptor must be open.
 */
export function eventsNow(descriptor: number, events: number): number | undefined {
  descriptorOfPoll[0] = descriptor;
  eventsOfPoll[0] = events;
  eventsOfPoll[1] = 0;
  // SAFETY: one structure is given, which the kernel writes to before the call returns. nfds_t is an unsigned integer
  // of at most a register's size.
  const ready: number = libcFunction('int poll(void *fds, unsigned long count, int timeoutMs)')(pollfd, 1, 0);
  return ready < 0 ? undefined : eventsOfPoll[1];
}
