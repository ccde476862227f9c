// The process that has connected to a Unix-domain socket, and no other that has got its number since.
import { closeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { constants } from 'node:os';
import { lastErrorNumber, libcFunction } from '../libc.ts';
import { type HeldProcess, ObservedProcess } from '../processes/process-facts.ts';
import { eventsNow } from './poll.ts';
import { descriptorOf } from './socket-descriptor.ts';

const SOL_SOCKET_LINUX = 1;
const SO_PEERPIDFD = 77;
const POLLIN = 1;

/** Takes hold of the client of `socket`, whose process the kernel calls `pid`. Takes microseconds; never throws. */
export function observePeer(socket: Socket, pid: number): ObservedProcess {
  const descriptor = processDescriptorOf(socket);
  // As long as the client runs, its number is nobody else's. A client that has ended waits for no answer.
  if (typeof descriptor === 'number') return new ObservedProcess(pid, new ProcessDescriptor(descriptor));
  const client = new ObservedProcess(pid);
  if (descriptor === 'ended') client.close();
  return client;
}

/** A pidfd. */
class ProcessDescriptor implements HeldProcess {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  isRunning(): boolean {
    return eventsNow(this.#descriptor, POLLIN) === 0;
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

/** Always the same, as what was written is read before the next call. */
const written = new Int32Array(1);
const length = new Uint32Array(1);

/**
 * A descriptor of the process that connected (pidfd), which names no other process ever; the caller closes it.
 * `ended`: there is no such process any more. Undefined where the system has no such thing (Linux before 6.5).
 */
function processDescriptorOf(socket: Socket): number | 'ended' | undefined {
  const fd = descriptorOf(socket);
  if (process.platform !== 'linux' || fd === undefined) return undefined;
  length[0] = written.byteLength;
  try {
    // SAFETY: fd is open, since its net.Socket holds it during this synchronous call; the kernel writes a number to each.
    const result: number = libcFunction(
      'int getsockopt(int fd, int level, int name, void *value, void *length)',
    )(fd, SOL_SOCKET_LINUX, SO_PEERPIDFD, written, length);
    if (result === 0) return written[0];
    return lastErrorNumber() === constants.errno.ENOPROTOOPT ? undefined : 'ended';
  } catch {
    return undefined;
  }
}
