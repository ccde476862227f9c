// What both ends of a Cygwin socket say to each other before the first agent message.
import { timingSafeEqual } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { SECRET_BYTES } from './cygwin-socket-file.ts';

/** pid, uid and gid as little-endian int32. */
const CREDENTIALS_BYTES = 12;
const LOOPBACK = '127.0.0.1';

/**
 * The server's part: the client shows the secret and, if it `mayEnter`, gets it back, then both tell pid, uid and gid.
 * What a client claims of itself is not used. Bytes after the handshake stay in the socket, which is paused.
 *
 * Resolves to false when the secret is wrong, the client may not enter or leaves, or `timeoutMs` pass; the socket is
 * destroyed then. Never rejects. `mayEnter` is called for those alone who have shown the secret: it may be slow.
 */
export async function acceptHandshake(
  socket: Socket,
  secret: Uint8Array,
  timeoutMs: number,
  mayEnter: () => Promise<boolean>,
): Promise<boolean> {
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  try {
    const shown = await readExactly(socket, SECRET_BYTES);
    // SECURITY: any local user reaches the port; in constant time, so that guesses tell nothing.
    if (!timingSafeEqual(shown, secret)) throw new Error('wrong secret');
    if (!(await mayEnter())) throw new Error('not a client of this user');
    socket.write(shown);
    const claimed = await readExactly(socket, CREDENTIALS_BYTES);
    socket.write(ownCredentials(claimed));
    return true;
  } catch {
    socket.destroy();
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Windows has no uid and gid; a Cygwin client is then told its own, for only the same user comes in. */
function ownCredentials(claimed: Buffer): Buffer {
  const own = Buffer.from(claimed);
  own.writeInt32LE(process.pid, 0);
  if (process.geteuid) own.writeInt32LE(process.geteuid() | 0, 4);
  if (process.getegid) own.writeInt32LE(process.getegid() | 0, 8);
  return own;
}

/**
 * The client's part, to see whether an agent answers at a port with a secret. Resolves to the pid that it
 * tells of itself, or to undefined when nobody there knows the secret within `timeoutMs`.
 */
export async function probeCygwinSocket(
  { port, secret }: { readonly port: number; readonly secret: Uint8Array },
  timeoutMs: number,
): Promise<number | undefined> {
  const socket = connect({ port, host: LOOPBACK });
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  try {
    socket.write(secret);
    const echo = await readExactly(socket, SECRET_BYTES);
    if (!timingSafeEqual(echo, secret)) return undefined;
    socket.write(new Uint8Array(CREDENTIALS_BYTES));
    return (await readExactly(socket, CREDENTIALS_BYTES)).readInt32LE(0);
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** The next `length` bytes and not one more. Rejects when the stream ends or fails before. */
function readExactly(socket: Socket, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const settle = () => {
      socket.off('data', onData).off('end', onEnd).off('close', onEnd).off('error', onEnd);
      socket.pause();
    };
    const onData = (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < length) return;
      settle();
      if (received.length > length) socket.unshift(received.subarray(length));
      resolve(received.subarray(0, length));
    };
    const onEnd = () => {
      settle();
      reject(new Error('the connection ended during the handshake'));
    };
    socket.on('data', onData).on('end', onEnd).on('close', onEnd).on('error', onEnd);
    socket.resume();
    if (socket.destroyed) onEnd();
  });
}
