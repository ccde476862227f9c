// A relay that listens itself: each connection to its socket is carried to the agent.
import { createServer, type Socket } from 'node:net';
import { resolve } from 'node:path';
import type { PeerCredentials } from '../../../ipc/posix/sockets/peer-credentials.ts';
import { FairPlaces } from '../../../ipc/transports/streams/fair-places.ts';
import { HandedSocket } from '../../../ipc/transports/unix/handed-socket.ts';
import { admitOwnUser, SocketListener } from '../../../ipc/transports/unix/socket-listener.ts';
import type { Introduced } from './introduce.ts';
import type { RelayTarget } from './relay-target.ts';
import { serveRelayed } from './relayed-connection.ts';

export interface RelayOptions {
  /** Opens what a connection is carried to. */
  readonly open: () => Promise<RelayTarget>;
  /** Tells the agent who has connected; called when they have. */
  readonly describe?: (socket: Socket, client: PeerCredentials) => Promise<Introduced>;
  readonly maxConnections: number;
  /** Told why a connection could not be carried. */
  readonly onFailed: (error: unknown) => void;
}

export interface ListeningRelay {
  /** Closes all connections, and removes the socket where the relay has made it. */
  close(): Promise<void>;
}

/**
 * Listens at `path`, or on the socket that systemd has handed over where there is none. Serves this user and root;
 * rejects as `SocketListener.open`.
 */
export async function listenAsRelay(
  path: string | undefined,
  options: RelayOptions,
): Promise<ListeningRelay> {
  const places = new FairPlaces(options.maxConnections);
  const open = new Set<Socket>();
  const serving = new Set<Promise<void>>();
  const accept = (socket: Socket) => {
    const client = admitOwnUser(socket);
    if (!client) return;
    const leave = places.take(client.pid);
    if (!leave) {
      socket.on('error', () => {}).destroy();
      return;
    }
    open.add(socket);
    const described = options.describe?.(socket, client).catch((): Introduced => 'nobody');
    const served: Promise<void> = serveRelayed(socket, options.open, described)
      .catch(options.onFailed)
      .finally(() => {
        open.delete(socket);
        serving.delete(served);
        leave();
      });
    serving.add(served);
  };
  const server = createServer({ allowHalfOpen: true }, accept);
  const listener = await (path === undefined
    ? HandedSocket.listen(server)
    : SocketListener.open(resolve(path), false, server));
  return {
    async close() {
      const closed = listener.close();
      for (const socket of open) socket.destroy();
      await Promise.all([...serving, closed]);
    },
  };
}
