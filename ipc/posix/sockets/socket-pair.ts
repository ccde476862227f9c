// Two sockets of this process that are connected with each other.
import { libcFunction } from '../libc.ts';

const AF_UNIX = 1;
const SOCK_STREAM = 1;

/** Both descriptors, which the caller closes. Throws when the system refuses. */
export function openSocketPair(): readonly [number, number] {
  const fds = new Int32Array(2);
  // SAFETY: the kernel writes exactly two ints, the eight bytes of `fds`.
  const made: number = libcFunction('int socketpair(int domain, int type, int protocol, _Out_ int *fds)')(
    AF_UNIX,
    SOCK_STREAM,
    0,
    fds,
  );
  if (made !== 0) throw new Error('no socket pair can be made');
  return [fds[0] as number, fds[1] as number];
}
