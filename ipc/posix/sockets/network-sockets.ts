// Whether other users of the machine could reach this process through a socket of its own.
import { readdirSync, readlinkSync } from 'node:fs';
import { libcFunction } from '../libc.ts';

const SOL_SOCKET_LINUX = 1;
const SO_DOMAIN = 39;
const AF_UNIX = 1;
/** Node.js opens them before all else where nobody has, and closes none: what they are, they were before. */
const lastStandardStream = 2;

/**
 * Whether this process may have a socket open that is not a Unix-domain one, its standard streams apart; those were there before
 * it. Asks the kernel, in a tenth of a millisecond. True where that does not tell, as on other systems than Linux.
 */
export function mayHaveNetworkSocket(): boolean {
  if (process.platform !== 'linux') return true;
  try {
    return readdirSync('/proc/self/fd').map(Number).some(isNetworkSocket);
  } catch {
    return true;
  }
}

function isNetworkSocket(descriptor: number): boolean {
  return descriptor > lastStandardStream && isSocket(descriptor) && domainOf(descriptor) !== AF_UNIX;
}

function isSocket(descriptor: number): boolean {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`).startsWith('socket:');
  } catch (error: unknown) {
    // That by which the folder itself was read is closed by now.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** @throws where the C library can't be asked */
function domainOf(descriptor: number): number | undefined {
  const domain = new Int32Array(1);
  const length = Uint32Array.of(domain.byteLength);
  // SAFETY: the kernel writes at most `length` bytes into `domain`, and one number into `length`. A descriptor that is closed
  // by now, or another one, is an error, or that one's domain.
  const result: number = libcFunction(
    'int getsockopt(int fd, int level, int name, void *value, void *length)',
  )(descriptor, SOL_SOCKET_LINUX, SO_DOMAIN, domain, length);
  return result === 0 ? domain[0] : undefined;
}
