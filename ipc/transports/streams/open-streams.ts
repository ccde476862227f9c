// The open connections of one stream transport: how many there may be, and how all of them end.
import type { Duplex } from 'node:stream';
import type { Session } from '../../../main/agent/agent.ts';
import { FairPlaces } from './fair-places.ts';
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
  readonly #places: FairPlaces;

  constructor(maxConnections: number = MAX_CONNECTIONS) {
    this.#places = new FairPlaces(maxConnections);
  }

  get size(): number {
    return this.#open.size;
  }

  /** Serves the stream until it ends; closes it at once where its process has its share of the places already. */
  serve(stream: Duplex, openSession: () => Session, peer?: StreamPeer): void {
    const pid = peer?.pid;
    const leave = this.#places.take(pid);
    if (leave === undefined) {
      stream.on('error', () => {});
      stream.destroy();
      return;
    }
    const share = () => MAX_QUEUED_BYTES_OF_PROCESS / this.#places.takenBy(pid);
    let connection: StreamConnection | undefined;
    const closed = () => {
      if (connection) this.#open.delete(connection);
      leave();
    };
    connection = new StreamConnection(stream, openSession, peer, share, closed);
    // One that was closed before has left already.
    if (!stream.closed) this.#open.add(connection);
  }

  /** Cuts all connections; resolves when they are closed. */
  async destroyAll(): Promise<void> {
    const open = [...this.#open];
    for (const connection of open) connection.destroy();
    await Promise.all(open.map((connection) => connection.closed));
  }
}
