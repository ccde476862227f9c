// What listens where another agent should: it answers as the test says, and keeps what it was asked.
import { createServer, type Server, type Socket } from 'node:net';
import { frame, MessageParser } from '../../ipc/transports/streams/message-framing.ts';
import { WireWriter } from '../../main/keys/encoding/wire.ts';

/** The reply bodies to one request, or undefined for none. */
export type Answering = (body: Uint8Array, socket: Socket) => Uint8Array | undefined;

export const failureReply = Uint8Array.of(5);

/** Message 12. */
export const listOf = (...keys: readonly { readonly blob: Uint8Array; readonly comment: string }[]) => {
  const list = new WireWriter().byte(12).uint32(keys.length);
  for (const { blob, comment } of keys) list.string(blob).text(comment);
  return list.finish();
};

export class UpstreamServer {
  readonly path: string;
  /** All that it was asked, by connection. */
  readonly connections: Uint8Array[][] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(path: string, answer: Answering) {
    this.path = path;
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => this.#sockets.delete(socket));
      const asked: Uint8Array[] = [];
      this.connections.push(asked);
      const parser = new MessageParser();
      socket.on('data', (chunk) => {
        for (const body of parser.push(chunk)) {
          asked.push(body);
          const reply = answer(body, socket);
          if (reply) socket.write(frame(reply));
        }
      });
    });
  }

  static async start(path: string, answer: Answering): Promise<UpstreamServer> {
    const server = new UpstreamServer(path, answer);
    await new Promise<void>((resolve) => server.#server.listen(path, resolve));
    return server;
  }

  get openConnections(): number {
    return this.#sockets.size;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
