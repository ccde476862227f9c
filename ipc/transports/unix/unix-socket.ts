// The door on Linux and macOS: a Unix-domain socket that only its owner can reach.
import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import type { OpenSession } from '../../../main/agent/agent.ts';
import type { PeerCredentials } from '../../posix/sockets/peer-credentials.ts';
import { observePeer } from '../../posix/sockets/peer-process.ts';
import { sendNow } from '../../posix/sockets/send-now.ts';
import { socketPeerState } from '../../posix/sockets/socket-peer-state.ts';
import { factsOf, type ObservedProcess, observeIfKnown } from '../observe-process.ts';
import { StreamConnections } from '../streams/open-streams.ts';
import { type Transport, TransportError } from '../transport.ts';
import { createTransport, type Door } from '../transport-lifecycle.ts';
import { HandedSocket } from './handed-socket.ts';
import { admitOwnUser, SocketListener } from './socket-listener.ts';
import { createSocketServer } from './socket-server.ts';

const NAME = 'unix-socket';

export interface UnixSocketOptions {
  /** Where the socket is made; a relative path is taken from the working directory. */
  readonly path: string;
  /** The directory is the agent's own: it must belong to this user and be closed to all others. */
  readonly privateDirectory?: boolean;
  /** systemd has made the socket there, and handed it to this process. */
  readonly handedOver?: boolean;
  /** Replaced in tests. */
  readonly readCredentials?: (socket: Socket) => PeerCredentials | undefined;
  /** Takes hold of the process that has connected. Replaced in tests. */
  readonly observePeer?: (socket: Socket, pid: number) => ObservedProcess;
}

/** A transport on a Unix-domain socket. Serves this user and root; closes on everybody else. */
export function createUnixSocketTransport(options: UnixSocketOptions): Transport {
  return createTransport(NAME, new UnixSocketDoor(options));
}

type Listener = SocketListener | HandedSocket;

class UnixSocketDoor implements Door<Listener> {
  /** Absolute. */
  readonly address: string;
  readonly #options: UnixSocketOptions;
  readonly #connections = new StreamConnections();

  constructor(options: UnixSocketOptions) {
    this.#options = options;
    // An empty path must not become the working directory.
    this.address = options.path === '' ? '' : resolve(options.path);
  }

  open(openSession: OpenSession): Promise<Listener> {
    const { handedOver = false, privateDirectory = false } = this.#options;
    const server = createSocketServer((socket) => this.#accept(socket, openSession));
    if (handedOver) return HandedSocket.listenAt(this.address, server);
    return SocketListener.open(this.address, privateDirectory, server);
  }

  #accept(socket: Socket, openSession: OpenSession): void {
    const credentials = admitOwnUser(socket, this.#options.readCredentials);
    if (!credentials) return;
    const { pid } = credentials;
    const observe = this.#options.observePeer ?? observePeer;
    const client = observeIfKnown(pid, (known) => observe(socket, known));
    socket.on('close', () => client.close());
    this.#connections.serve(
      socket,
      () =>
        openSession({
          transport: NAME,
          ...(pid !== undefined && { pid }),
          mayPrompt: true,
          ...factsOf(client),
        }),
      { pid, look: () => socketPeerState(socket), send: (bytes) => sendNow(socket, bytes) },
    );
  }

  async close(listener: Listener): Promise<void> {
    const closed = listener.close();
    await this.#connections.destroyAll();
    await closed;
  }

  explain(cause: unknown): TransportError {
    const problem = cause instanceof Error ? cause.message : String(cause);
    return new TransportError(
      `The socket ${this.address} can’t be opened: ${problem}.`,
      'Check that its directory exists and that you may write to it, or choose another path.',
      { cause },
    );
  }
}
