// The system calls of a load, straight from the C library: through node's streams a request costs the load as much as an
// agent needs for its answer, and then it is the load that is measured. Linux on a 64-bit processor.
import { endianness } from 'node:os';
import koffi from 'koffi';

const libc = koffi.load('libc.so.6');
const socket = libc.func('int socket(int, int, int)');
const connect = libc.func('int connect(int, const void *, int)');
const setsockopt = libc.func('int setsockopt(int, int, int, const void *, int)');
const send = libc.func('int64_t send(int, const void *, size_t, int)');
const recv = libc.func('int64_t recv(int, void *, size_t, int)');
const closeDescriptor = libc.func('int close(int)');
const epollCreate = libc.func('int epoll_create1(int)');
const epollControl = libc.func('int epoll_ctl(int, int, int, void *)');
const epollWait = libc.func('int epoll_wait(int, void *, int, int)');
const schedSetAffinity = libc.func('int sched_setaffinity(int, size_t, const void *)');

const [AF_UNIX, SOCK_STREAM, SOCK_CLOEXEC] = [1, 1, 0x80000];
const [SOL_SOCKET, SO_RCVTIMEO] = [1, 20];
const MSG_NOSIGNAL = 0x4000;
const [EPOLL_CTL_ADD, EPOLLIN] = [1, 1];
const { EAGAIN, EINTR, ENOENT } = koffi.os.errno as Readonly<Record<string, number>>;
/** `struct epoll_event` is packed on x86-64 only (epoll_ctl(2)). */
const eventBytes = process.arch === 'x64' ? 12 : 16;
const littleEndian = endianness() === 'LE';
/** After so long without anything it is looked whether there is to be an end. */
const lookMs = 100;

function checked(result: number, what: string): number {
  if (result >= 0) return result;
  const errno = koffi.errno();
  throw new Error(`${what}: ${errno === ENOENT ? 'ENOENT' : `error ${errno}`}`);
}

const passed = () => koffi.errno() === EAGAIN || koffi.errno() === EINTR;

/** struct sockaddr_un. */
function address(path: string): Uint8Array {
  const name = Buffer.from(path);
  const bytes = new Uint8Array(2 + name.length + 1);
  bytes[littleEndian ? 0 : 1] = AF_UNIX;
  bytes.set(name, 2);
  return bytes;
}

const newSocket = () => checked(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), 'socket');

/** A descriptor whose reads give up after a while, so that a thread which waits can be told to end. */
export function connectTo(path: string): number {
  const fd = newSocket();
  const to = address(path);
  try {
    checked(connect(fd, to, to.length), `connect ${path}`);
    const wait = new BigInt64Array([0n, BigInt(lookMs) * 1000n]);
    checked(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, wait, wait.byteLength), 'setsockopt');
    return fd;
  } catch (problem: unknown) {
    closeDescriptor(fd);
    throw problem;
  }
}

export const close = (fd: number): void => void closeDescriptor(fd);

/** All of it: a request has room in the buffer of a socket. */
export function write(fd: number, bytes: Uint8Array): void {
  if (checked(send(fd, bytes, bytes.length, MSG_NOSIGNAL), 'send') !== bytes.length)
    throw new Error('a request was taken in part');
}

/** How many bytes came: 0 at the end of the connection, undefined when none came for a while. */
export function read(fd: number, buffer: Uint8Array): number | undefined {
  const length: number = recv(fd, buffer, buffer.length, 0);
  if (length < 0 && passed()) return undefined;
  return checked(length, 'recv');
}

/** Waits for descriptors that have something to be read. */
export class Readiness {
  readonly #fd = checked(epollCreate(0), 'epoll_create1');
  readonly #events = new Uint8Array(64 * eventBytes);
  readonly #view = new DataView(this.#events.buffer);

  /** `token` names it in what `wait` tells. */
  add(fd: number, token: number): void {
    const event = new Uint8Array(eventBytes);
    const view = new DataView(event.buffer);
    view.setUint32(0, EPOLLIN, littleEndian);
    view.setUint32(eventBytes - 8, token, littleEndian);
    checked(epollControl(this.#fd, EPOLL_CTL_ADD, fd, event), 'epoll_ctl');
  }

  /** How many are ready; 0 when none was for a while. */
  wait(): number {
    const count: number = epollWait(this.#fd, this.#events, 64, lookMs);
    return count < 0 && passed() ? 0 : checked(count, 'epoll_wait');
  }

  token(index: number): number {
    return this.#view.getUint32((index + 1) * eventBytes - 8, littleEndian);
  }

  close(): void {
    close(this.#fd);
  }
}

/** Lets a thread run on these cores only, numbered from 0; 0 is the thread that calls. */
export function runOn(cores: readonly number[], thread = 0): void {
  const mask = new BigUint64Array(16);
  for (const core of cores) mask[core >> 6] = (mask[core >> 6] ?? 0n) | (1n << BigInt(core & 63));
  checked(schedSetAffinity(thread, mask.byteLength, mask), 'sched_setaffinity');
}
