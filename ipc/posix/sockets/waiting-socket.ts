// A Unix-domain socket whose calls wait, for a program that has nothing else to do: node:net and its streams take longer to load
// than a short conversation.
import { closeSync } from 'node:fs';
import { libcFunction } from '../libc.ts';

const AF_UNIX = 1;
const SOCK_STREAM = 1;
const SOCK_CLOEXEC = 0o2000000;
const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const SO_SNDTIMEO = 21;
/** unix(7): sun_path has 108 bytes, the last of which is a zero. */
const maxPathBytes = 107;
/** Where a long and so each part of struct timeval has 64 bits, and the numbers are these. */
const knownMachines: readonly string[] = ['x64', 'arm64'];

/**
 * Connects, and waits for that and each later write for so long at the most; for reads `setReadTimeout` says it. The caller closes
 * the descriptor. Undefined where the system has another form, or refuses, or it took too long.
 */
export function connectAndWait(path: string, timeoutMs: number): number | undefined {
  const bytes = Buffer.from(path);
  const isKnown = process.platform === 'linux' && knownMachines.includes(process.arch);
  if (!isKnown || bytes.length === 0 || bytes.length > maxPathBytes || bytes.includes(0)) return undefined;
  // struct sockaddr_un: a short, and the path to its zero.
  const address = Buffer.alloc(2 + bytes.length + 1);
  new Uint16Array(address.buffer, address.byteOffset, 1)[0] = AF_UNIX;
  address.set(bytes, 2);
  try {
    // SAFETY: three integers; nothing is read or written.
    const descriptor: number = libcFunction('int socket(int domain, int type, int protocol)')(
      AF_UNIX,
      SOCK_STREAM | SOCK_CLOEXEC,
      0,
    );
    if (descriptor < 0) return undefined;
    if (
      setTimeout(descriptor, SO_SNDTIMEO, timeoutMs) &&
      // SAFETY: the kernel reads the bytes of `address`, and no more.
      libcFunction('int connect(int fd, const void *address, uint32_t length)')(
        descriptor,
        address,
        address.length,
      ) === 0
    )
      return descriptor;
    closeSync(descriptor);
  } catch {}
  return undefined;
}

/** How long each later read waits before it fails with EAGAIN; 0: for ever. False where the system refuses. */
export const setReadTimeout = (descriptor: number, timeoutMs: number): boolean =>
  setTimeout(descriptor, SO_RCVTIMEO, timeoutMs);

function setTimeout(descriptor: number, option: number, timeoutMs: number): boolean {
  // struct timeval: seconds and microseconds.
  const time = BigInt64Array.of(
    BigInt(Math.floor(timeoutMs / 1000)),
    BigInt(Math.round(timeoutMs % 1000) * 1000),
  );
  // SAFETY: the kernel reads the 16 bytes of `time`.
  const result: number = libcFunction(
    'int setsockopt(int fd, int level, int name, const void *value, uint32_t length)',
  )(descriptor, SOL_SOCKET, option, time, time.byteLength);
  return result === 0;
}
