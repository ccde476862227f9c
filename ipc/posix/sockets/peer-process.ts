// The process that has connected to a Unix-domain socket, and no other that has got its number since.
import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { lastErrorNumber, libcFunction } from '../libc.ts';
import { ObservedProcess } from '../processes/process-facts.ts';
import { eventsNow } from './poll.ts';
import { descriptorOf } from './socket-descriptor.ts';

const SOL_SOCKET_LINUX = 1;
const SO_PEERPIDFD = 77;
const POLLIN = 1;

/** Takes hold of the client of `socket`, whose process the kernel calls `pid`. Takes microseconds; never throws. */
export function observePeer(socket: Socket, pid: number): ObservedProcess {
  const descriptor = processDescriptorOf(socket);
  const client = new ObservedProcess(pid);
  if (descriptor === undefined) return client;
  // As long as the client runs, its number is nobody else's. A client that has ended waits for no answer.
  if (descriptor === 'ended' || hasExited(descriptor)) client.close();
  if (descriptor !== 'ended') closeSync(descriptor);
  return client;
}

/**
 * A descriptor of the process that connected (pidfd), which names no other process ever; the caller closes it.
 * `ended`: there is no such process any more. Undefined where the system has no such thing (Linux before 6.5).
 */
function processDescriptorOf(socket: Socket): number | 'ended' | undefined {
  const fd = descriptorOf(socket);
  if (process.platform !== 'linux' || fd === undefined) return undefined;
  const descriptor = [-1];
  try {
    // SAFETY: fd is open, since its net.Socket holds it during this synchronous call; the kernel writes one int.
    const result: number = libcFunction(
      'int getsockopt(int fd, int level, int name, _Out_ int *value, _Inout_ uint32_t *length)',
    )(fd, SOL_SOCKET_LINUX, SO_PEERPIDFD, descriptor, [4]);
    if (result === 0) return descriptor[0];
    return lastErrorNumber() === constants.errno.ENOPROTOOPT ? undefined : 'ended';
  } catch {
    return undefined;
  }
}

/** True when the process of a pidfd runs no more; also when the system does not say. */
function hasExited(processDescriptor: number): boolean {
  return eventsNow(processDescriptor, POLLIN) !== 0;
}
