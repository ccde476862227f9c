// A server whose connections are all read into one buffer. Node makes one of 64 KiB for each read, which the C library
// overwrites when it gets it back: that was half of what a short request took.

import { type BoundSocket, createServer, type Server, Socket } from 'node:net';

const READ_BYTES = 65_536;

/** What is read lies here until its listeners have returned; each wipes what it has taken. */
const buffer = new Uint8Array(new ArrayBuffer(READ_BYTES));
/** Of most reads: a message of one byte with its length. Made once, as it is gone with the read in any case. */
const shortest = buffer.subarray(0, 5);

/** What Node calls for each connection, with a handle that `new Socket` takes. Not documented. */
type OnConnection = (this: unknown, error: number, client?: object) => void;

function socketOf(handle: object): Socket {
  const socket: Socket = new Socket({
    // Node's types know handles of one kind only.
    handle: handle as BoundSocket,
    allowHalfOpen: true,
    onread: {
      buffer,
      callback: (length) =>
        socket.emit('data', length === shortest.length ? shortest : buffer.subarray(0, length)),
    },
  });
  return socket;
}

/**
 * Once it listens it hands on each connection, whose other side may close while ours is open. What a connection's `data`
 * brings is there until the listeners return, which must be there when `accept` returns. It closes without waiting for
 * connections. Where Node is not as it was, it reads as it always does.
 */
export function createSocketServer(accept: (socket: Socket) => void): Server {
  const server = createServer({ allowHalfOpen: true }, accept);
  // Told before the first connection is.
  server.once('listening', () => {
    const { _handle: handle } = server as { readonly _handle?: { onconnection?: OnConnection } };
    const asAlways = handle?.onconnection;
    if (!handle || !asAlways) return;
    handle.onconnection = function (error, client) {
      if (error !== 0 || client === undefined) asAlways.call(this, error, client);
      else accept(socketOf(client));
    };
  });
  return server;
}
