// The open connections of one stream transport: how many there may be, and how all of them end.
import type { Duplex } from 'node:stream';
import type { Session } from '../../main/agent/agent.ts';
import type { StreamPeer } from './stream-peer.ts';
import { StreamConnection } from './stream-transport.ts';

/** Connections that one transport keeps open at the same time. */
export const MAX_CONNECTIONS = 1024;

export class StreamConnections {
  readonly #open = new Set<StreamConnection>();
  readonly #maxConnections: number;

  constructor(maxConnections: number = MAX_CONNECTIONS) {
    this.#maxConnections = maxConnections;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Serves the stream until it ends; above the limit it is closed at once and the others go on. */
  serve(stream: Duplex, openSession: () => Session, peer?: StreamPeer): void {
    if (this.#open.size >= this.#maxConnections) {
      stream.on('error', () => {});
      stream.destroy();
      return;
    }
    const connection = new StreamConnection(stream, openSession, peer);
    this.#open.add(connection);
    void connection.closed.then(() => this.#open.delete(connection));
  }

  /** Cuts all connections; resolves when they are closed. */
  async destroyAll(): Promise<void> {
    const open = [...this.#open];
    for (const connection of open) connection.destroy();
    await Promise.all(open.map((connection) => connection.closed));
  }
}
