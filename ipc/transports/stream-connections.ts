// The open connections of one stream transport: how many there may be, and how all of them end.
import type { Duplex } from 'node:stream';
import type { Session } from '../../main/agent/agent.ts';
import type { StreamPeer } from './stream-peer.ts';
import { StreamConnection } from './stream-transport.ts';

/** Connections that one transport keeps open at the same time. */
export const MAX_CONNECTIONS = 1024;

export class StreamConnections {
  readonly #open = new Map<StreamConnection, number | undefined>();
  readonly #maxConnections: number;

  constructor(maxConnections: number = MAX_CONNECTIONS) {
    this.#maxConnections = maxConnections;
  }

  get size(): number {
    return this.#open.size;
  }

  /**
   * Serves the stream until it ends. It is closed at once, and the others go on, when its process has as many open as
   * are still free: so nobody takes the last ones, and each that takes all it can leaves half of them to the next.
   * Processes that are not known are one.
   */
  serve(stream: Duplex, openSession: () => Session, peer?: StreamPeer): void {
    const free = this.#maxConnections - this.#open.size;
    if (this.#countOf(peer?.pid) >= free) {
      stream.on('error', () => {});
      stream.destroy();
      return;
    }
    const connection = new StreamConnection(stream, openSession, peer);
    this.#open.set(connection, peer?.pid);
    void connection.closed.then(() => this.#open.delete(connection));
  }

  #countOf(pid: number | undefined): number {
    let count = 0;
    for (const holder of this.#open.values()) if (holder === pid) count++;
    return count;
  }

  /** Cuts all connections; resolves when they are closed. */
  async destroyAll(): Promise<void> {
    const open = [...this.#open.keys()];
    for (const connection of open) connection.destroy();
    await Promise.all(open.map((connection) => connection.closed));
  }
}
