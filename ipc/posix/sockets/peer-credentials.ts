// Which process and user is at the other end of a Unix-domain socket.
import type { Socket } from 'node:net';
import { endianness } from 'node:os';
import { libcFunction } from '../libc.ts';
import { descriptorOf } from './socket-descriptor.ts';

export interface PeerCredentials {
  readonly uid: number;
  /** Absent when the system doesn't tell, for example for a process of another pid namespace. */
  readonly pid?: number;
}

const SOL_SOCKET_LINUX = 1;
const SO_PEERCRED = 17;
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
