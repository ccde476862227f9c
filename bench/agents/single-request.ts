// One request on a connection of its own.
import { connect } from 'node:net';
import { framed } from '../load/load-order.ts';

/** The reply without its length. Rejects when nobody listens, or the connection ends before the reply does. */
export function ask(socketPath: string, message: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath);
    let received = Buffer.alloc(0);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the agent has closed the connection')));
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length < 4 || received.length < 4 + received.readUInt32BE()) return;
      resolve(received.subarray(4));
      socket.destroy();
    });
    socket.write(framed(message));
  });
}
