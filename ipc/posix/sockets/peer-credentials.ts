// Which process and user is at the other end of a Unix-domain socket.
import type { Socket } from 'node:net';
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
  return fd === undefined ? undefined : readCredentialsOf(fd);
}

/** The same for a descriptor, which must be open. */
export function readCredentialsOf(descriptor: number): PeerCredentials | undefined {
  try {
    return readers[process.platform]?.(descriptor);
  } catch {
    return undefined;
  }
}

function getsockopt() {
  return libcFunction('int getsockopt(int fd, int level, int name, void *value, void *length)');
}

function getpeereid() {
  return libcFunction('int getpeereid(int fd, _Out_ uint32_t *uid, _Out_ uint32_t *gid)');
}

/**
 * unix(7): struct ucred { pid_t pid; uid_t uid; gid_t gid; }, three 32-bit integers on every Linux. Always the same, as it is
 * read before the next call: memory for each would take longer than the call.
 */
const credentials = new Int32Array(3);
const length = new Uint32Array(1);

function readLinuxCredentials(fd: number): PeerCredentials | undefined {
  length[0] = credentials.byteLength;
  // SAFETY: fd is open, since its caller holds it during this synchronous call; the kernel writes at
  // most `length` bytes into `credentials`, and one number into `length`.
  const result: number = getsockopt()(fd, SOL_SOCKET_LINUX, SO_PEERCRED, credentials, length);
  if (result !== 0 || length[0] !== credentials.byteLength) return undefined;
  const [pid = 0, signedUid = 0] = credentials;
  const uid = signedUid >>> 0;
  return pid > 0 ? { uid, pid } : { uid };
}

function readDarwinCredentials(fd: number): PeerCredentials | undefined {
  const uid = [0];
  const gid = [0];
  // SAFETY: fd is open as above; uid_t and gid_t are 32 bits wide and each pointer has room for one.
  if (getpeereid()(fd, uid, gid) !== 0) return undefined;
  const pids = new Int32Array(1);
  length[0] = pids.byteLength;
  // SAFETY: as above; LOCAL_PEERPID writes one pid_t of 4 bytes.
  const result: number = getsockopt()(fd, SOL_LOCAL_DARWIN, LOCAL_PEERPID, pids, length);
  const [pid = 0] = result === 0 ? pids : [];
  const peerUid = uid[0] as number;
  return pid > 0 ? { uid: peerUid, pid } : { uid: peerUid };
}
