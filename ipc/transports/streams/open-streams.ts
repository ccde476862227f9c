// The open connections of one stream transport: how many there may be, and how all of them end.
import type { Duplex } from 'node:stream';
import type { Session } from '../../../main/agent/agent.ts';
import { StreamConnection } from './stream-connection.ts';
import type { StreamPeer } from './stream-peer.ts';

/** Connections that one transport keeps open at the same time. */
export const MAX_CONNECTIONS = 1024;
/**
 * What the requests of one process may hold while they wait, shared by its connections: a machine behind agent forwarding
 * has hundreds of them, with all of which it would else fill half a gigabyte.
 */
const MAX_QUEUED_BYTES_OF_PROCESS = 16 * 1024 * 1024;

export class StreamConnections {
  readonly #open = new Set<StreamConnection>();
  /** How many of them each process has. */
  readonly #counts = new Map<number | undefined, number>();
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
    const pid = peer?.pid;
    const free = this.#maxConnections - this.#open.size;
    if (this.#countOf(pid) >= free) {
      stream.on('error', () => {});
      stream.destroy();
      return;
    }
    this.#count(pid, 1);
    const share = () => MAX_QUEUED_BYTES_OF_PROCESS / this.#countOf(pid);
    const connection = new StreamConnection(stream, openSession, peer, share);
    this.#open.add(connection);
    void connection.closed.then(() => {
      this.#open.delete(connection);
      this.#count(pid, -1);
    });
  }

  #countOf(pid: number | undefined): number {
    return this.#counts.get(pid) ?? 0;
  }

  #count(pid: number | undefined, change: 1 | -1): void {
    const count = this.#countOf(pid) + change;
    if (count > 0) this.#counts.set(pid, count);
    else this.#counts.delete(pid);
  }

  /** Cuts all connections; resolves when they are closed. */
  async destroyAll(): Promise<void> {
    const open = [...this.#open];
    for (const connection of open) connection.destroy();
    await Promise.all(open.map((connection) => connection.closed));
  }
}
