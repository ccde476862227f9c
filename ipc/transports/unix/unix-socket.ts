// The door on Linux and macOS: a Unix-domain socket that only its owner can reach.
import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { OpenSession } from '../../../main/agent/agent.ts';
import { withDirectoryLock } from '../../posix/files/directory-lock.ts';
import { ObservedProcess as PosixProcess } from '../../posix/processes/process-facts.ts';
import {
  assertPeerCredentialsAvailable,
  type PeerCredentials,
  readPeerCredentials,
} from '../../posix/sockets/peer-credentials.ts';
import { observePeer } from '../../posix/sockets/peer-process.ts';
import { socketPeerState } from '../../posix/sockets/socket-peer-state.ts';
import { executableOf, factsOf, type ObservedProcess, observeIfKnown } from '../observe-process.ts';
import { MAX_CONNECTIONS, StreamConnections } from '../streams/open-streams.ts';
import { type Transport, TransportError } from '../transport.ts';
import { createTransport, type Door } from '../transport-lifecycle.ts';
import { prepareSocketDirectory, SOCKET_MODE } from './socket-directory.ts';
import {
  assertUsableSocketPath,
  findOccupant,
  publishSocket,
  temporarySocketPath,
} from './unix-socket-path.ts';

const NAME = 'unix-socket';

export interface UnixSocketOptions {
  /** Where the socket is made; a relative path is taken from the working directory. */
  readonly path: string;
  /** The directory is the agent's own: it must belong to this user and be closed to all others. */
  readonly privateDirectory?: boolean;
  /** Replaced in tests. */
  readonly readCredentials?: (socket: Socket) => PeerCredentials | undefined;
  /** Takes hold of the process that has connected. Replaced in tests. */
  readonly observePeer?: (socket: Socket, pid: number) => ObservedProcess;
}

/** A transport on a Unix-domain socket. Serves this user and root; closes on everybody else. */
export function createUnixSocketTransport(options: UnixSocketOptions): Transport {
  return createTransport(NAME, new UnixSocketDoor(options));
}

interface Listener {
  readonly server: Server;
  /** The socket's inode: at the end only this one is removed. */
  readonly device: number;
  readonly inode: number;
}

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

  async open(openSession: OpenSession): Promise<Listener> {
    assertUsableSocketPath(this.address);
    assertPeerCredentialsAvailable();
    const dir = dirname(this.address);
    prepareSocketDirectory(dir, this.#options.privateDirectory ?? false);
    return withDirectoryLock(dir, async () => {
      await this.#makeRoom();
      return this.#bind((socket) => this.#accept(socket, openSession));
    });
  }

  /** Removes a socket that nobody listens on; anything else in our place is kept and an error. */
  async #makeRoom(): Promise<void> {
    const occupant = await findOccupant(this.address);
    if (occupant.kind === 'stale-socket') unlinkSync(this.address);
    if (occupant.kind === 'unusable')
      throw new TransportError(`${this.address} ${occupant.problem}.`, 'Choose another path, or remove it.');
    if (occupant.kind === 'live-socket') throw await this.#takenError(occupant.credentials);
  }

  async #takenError(holder: PeerCredentials | undefined): Promise<TransportError> {
    const pid = holder?.pid;
    const executable = await executableOf(pid, (known) => new PosixProcess(known));
    const who = pid === undefined ? '' : ` (process ${pid}${executable ? `, ${executable}` : ''})`;
    return new TransportError(
      `An agent is already listening on ${this.address}${who}.`,
      holder && isAllowedUser(holder.uid)
        ? 'Use that one, end it first, or choose another path.'
        : 'It may not be yours: choose another path.',
      pid === undefined ? {} : { heldBy: { pid, ...(executable && { executable }) } },
    );
  }

  /**
   * Listens on a temporary name first. The socket gets its own name when it is complete, and Node, which
   * removes the name it has bound when the server closes, never removes another agent's socket.
   */
  async #bind(accept: (socket: Socket) => void): Promise<Listener> {
    const temporary = temporarySocketPath(this.address);
    const server = createServer({ allowHalfOpen: true }, accept);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.once('listening', resolve);
      const umask = process.umask(0o177);
      try {
        // Binds before it returns, and reports later.
        server.listen({ path: temporary, backlog: MAX_CONNECTIONS });
      } finally {
        process.umask(umask);
      }
    });
    // A connection that can't be accepted (no descriptors left, say) ends alone.
    server.on('error', () => {});
    try {
      chmodSync(temporary, SOCKET_MODE);
      const { dev: device, ino: inode } = lstatSync(temporary);
      publishSocket(temporary, this.address);
      return { server, device, inode };
    } catch (error: unknown) {
      server.close();
      throw error;
    }
  }

  #accept(socket: Socket, openSession: OpenSession): void {
    const credentials = (this.#options.readCredentials ?? readPeerCredentials)(socket);
    // SECURITY: the socket's mode keeps other users out already; this holds if the mode is changed.
    if (!credentials || !isAllowedUser(credentials.uid)) {
      socket.on('error', () => {});
      socket.destroy();
      return;
    }
    const { pid } = credentials;
    const observe = this.#options.observePeer ?? observePeer;
    const client = observeIfKnown(pid, (known) => observe(socket, known));
    socket.once('close', () => client.close());
    this.#connections.serve(
      socket,
      () =>
        openSession({
          transport: NAME,
          ...(pid !== undefined && { pid }),
          mayPrompt: true,
          ...factsOf(client),
        }),
      { pid, look: () => socketPeerState(socket) },
    );
  }

  async close(listener: Listener): Promise<void> {
    this.#removeSocket(listener);
    const closed = new Promise<void>((resolve) => listener.server.close(() => resolve()));
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

  #removeSocket(listener: Listener): void {
    try {
      const stats = lstatSync(this.address, { throwIfNoEntry: false });
      // While we listen the inode can't be given to another file, so this is ours or it is not.
      if (stats?.dev === listener.device && stats.ino === listener.inode) unlinkSync(this.address);
    } catch {
      // The directory is gone or closed to us: there is nothing left to tidy up.
    }
  }
}

/** This user, and root, who could take the keys from our memory anyway. */
function isAllowedUser(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.();
}
