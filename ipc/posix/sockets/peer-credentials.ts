// Which process and user is at the other end of a Unix-domain socket.
import type { Socket } from 'node:net';
import { constants, endianness } from 'node:os';
import { lastErrorNumber, libcFunction } from '../libc.ts';

export interface PeerCredentials {
  readonly uid: number;
  /** Absent when the system doesn't tell, for example for a process of another pid namespace. */
  readonly pid?: number;
}

const SOL_SOCKET_LINUX = 1;
const SO_PEERCRED = 17;
const SO_PEERPIDFD = 77;
const POLLIN = 1;
const SOL_LOCAL_DARWIN = 0;
const LOCAL_PEERPID = 2;

const readers: Partial<Record<NodeJS.Platform, (fd: number) => PeerCredentials | undefined>> = {
  linux: readLinuxCredentials,
  darwin: readDarwinCredentials,
};

/** Throws unless this system can tell who is at the other end of a socket. */
export function assertPeerCredentialsAvailable(): void {
  if (!readers[process.platform]) throw new Error(`no peer credentials on ${process.platform}`);
  if (process.platform === 'linux') getsockopt();
  else getpeereid();
}

/**
 * The credentials of the process that connected (at a client's end: of the one that listens), taken by
 * the kernel at that moment. Undefined when they can't be learnt: the caller must then refuse.
 */
export function readPeerCredentials(socket: Socket): PeerCredentials | undefined {
  const fd = descriptorOf(socket);
  if (fd === undefined) return undefined;
  try {
    return readers[process.platform]?.(fd);
  } catch {
    return undefined;
  }
}

/**
 * A descriptor of the process that connected (pidfd), which names no other process ever; the caller closes it.
 * `ended`: there is no such process any more. Undefined where the system has no such thing (Linux before 6.5).
 */
export function readPeerProcessDescriptor(socket: Socket): number | 'ended' | undefined {
  const fd = descriptorOf(socket);
  if (process.platform !== 'linux' || fd === undefined) return undefined;
  const descriptor = [-1];
  try {
    // SAFETY: fd is open as below; the kernel writes one int.
    const result: number = libcFunction(
      'int getsockopt(int fd, int level, int name, _Out_ int *value, _Inout_ uint32_t *length)',
    )(fd, SOL_SOCKET_LINUX, SO_PEERPIDFD, descriptor, [4]);
    if (result === 0) return descriptor[0];
    return lastErrorNumber() === constants.errno.ENOPROTOOPT ? undefined : 'ended';
  } catch {
    return undefined;
  }
}

/** True when the process of a pidfd runs no more. */
export function hasExited(processDescriptor: number): boolean {
  const request = new DataView(new ArrayBuffer(8));
  const littleEndian = endianness() === 'LE';
  request.setInt32(0, processDescriptor, littleEndian);
  request.setInt16(4, POLLIN, littleEndian);
  // SAFETY: poll(2) reads and writes one struct pollfd { int fd; short events; short revents; }, and does not wait.
  return (
    libcFunction('int poll(_Inout_ void *fds, unsigned long count, int timeoutMs)')(
      new Uint8Array(request.buffer),
      1,
      0,
    ) !== 0
  );
}

/** Node has no public way to a socket's descriptor. */
function descriptorOf(socket: Socket): number | undefined {
  const handle = (socket as unknown as { readonly _handle?: { readonly fd?: number } | null })._handle;
  const fd = handle?.fd;
  return fd === undefined || fd < 0 ? undefined : fd;
}

function getsockopt() {
  return libcFunction(
    'int getsockopt(int fd, int level, int name, _Out_ void *value, _Inout_ uint32_t *length)',
  );
}

function getpeereid() {
  return libcFunction('int getpeereid(int fd, _Out_ uint32_t *uid, _Out_ uint32_t *gid)');
}

/** unix(7): struct ucred { pid_t pid; uid_t uid; gid_t gid; }, three 32-bit integers on every Linux. */
function readLinuxCredentials(fd: number): PeerCredentials | undefined {
  const credentials = new Uint8Array(12);
  const length = [credentials.length];
  // SAFETY: fd is open, since its net.Socket holds it during this synchronous call; the kernel writes at
  // most `length` bytes into `credentials`.
  const result: number = getsockopt()(fd, SOL_SOCKET_LINUX, SO_PEERCRED, credentials, length);
  if (result !== 0 || length[0] !== credentials.length) return undefined;
  const view = new DataView(credentials.buffer);
  const littleEndian = endianness() === 'LE';
  const pid = view.getInt32(0, littleEndian);
  const uid = view.getUint32(4, littleEndian);
  return pid > 0 ? { uid, pid } : { uid };
}

function readDarwinCredentials(fd: number): PeerCredentials | undefined {
  const uid = [0];
  const gid = [0];
  // SAFETY: fd is open as above; uid_t and gid_t are 32 bits wide and each pointer has room for one.
  if (getpeereid()(fd, uid, gid) !== 0) return undefined;
  const pidBytes = new Uint8Array(4);
  const length = [pidBytes.length];
  // SAFETY: as above; LOCAL_PEERPID writes one pid_t of 4 bytes.
  const result: number = getsockopt()(fd, SOL_LOCAL_DARWIN, LOCAL_PEERPID, pidBytes, length);
  const pid = result === 0 ? new DataView(pidBytes.buffer).getInt32(0, true) : 0;
  const peerUid = uid[0] as number;
  return pid > 0 ? { uid: peerUid, pid } : { uid: peerUid };
}
