// Whether the other end of a socket is still there, also while nothing is read from it.
import type { Socket } from 'node:net';
import { eventsNow } from './poll.ts';
import { descriptorOf } from './socket-descriptor.ts';

const POLLERR = 0x8;
const POLLHUP = 0x10;
/** Linux; elsewhere the end of the peer's sending can't be seen before all that it has sent is read. */
const POLLRDHUP = process.platform === 'linux' ? 0x2000 : 0;

/**
 * Asks poll(2), without waiting, about the socket's other end. `gone`: both directions are closed, so nobody reads
 * replies any more. `ended`: it sends nothing more; on TCP it may be gone as well. A socket that can't be asked is
 * taken to be `there`.
 */
export function socketPeerState(socket: Socket): 'there' | 'ended' | 'gone' {
  const descriptor = descriptorOf(socket);
  // Open, since the net.Socket holds it during this synchronous call.
  const events = descriptor === undefined ? 0 : (eventsNow(descriptor, POLLRDHUP) ?? 0);
  if (events & (POLLHUP | POLLERR)) return 'gone';
  return events & POLLRDHUP ? 'ended' : 'there';
}
