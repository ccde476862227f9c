// A Unix-domain socket that only its owner can reach: made with care, and removed again.
import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import type { Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { withDirectoryLock } from '../../posix/files/directory-lock.ts';
import { ObservedProcess } from '../../posix/processes/process-facts.ts';
import {
  assertPeerCredentialsAvailable,
  type PeerCredentials,
  readPeerCredentials,
} from '../../posix/sockets/peer-credentials.ts';
import { executableOf } from '../observe-process.ts';
import { MAX_CONNECTIONS } from '../streams/open-streams.ts';
import { TransportError } from '../transport.ts';
import { prepareSocketDirectory, SOCKET_MODE } from './socket-directory.ts';
import {
  assertUsableSocketPath,
  findOccupant,
  publishSocket,
  temporarySocketPath,
} from './unix-socket-path.ts';

/** This user, and root, who could take the keys from our memory anyway. */
function isAllowedUser(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.();
}

/**
 * Who has connected, where that is this user or root; everybody else's connection is closed.
 * SECURITY: the socket's mode keeps other users out already; this holds if the mode is changed.
 */
export function admitOwnUser(
  socket: Socket,
  readCredentials: (socket: Socket) => PeerCredentials | undefined = readPeerCredentials,
): PeerCredentials | undefined {
  const credentials = readCredentials(socket);
  if (credentials && isAllowedUser(credentials.uid)) return credentials;
  socket.on('error', () => {});
  socket.destroy();
  return undefined;
}

async function takenError(address: string, holder: PeerCredentials | undefined): Promise<TransportError> {
  const pid = holder?.pid;
  const executable = await executableOf(pid, (known) => new ObservedProcess(known));
  const who = pid === undefined ? '' : ` (process ${pid}${executable ? `, ${executable}` : ''})`;
  return new TransportError(
    `An agent is already listening on ${address}${who}.`,
    holder && isAllowedUser(holder.uid)
      ? 'Use that one, end it first, or choose another path.'
      : 'It may not be yours: choose another path.',
    pid === undefined ? {} : { heldBy: { pid, ...(executable && { executable }) } },
  );
}

/** Removes a socket that nobody listens on; anything else in our place is kept and an error. */
async function makeRoom(address: string): Promise<void> {
  const occupant = await findOccupant(address);
  if (occupant.kind === 'stale-socket') unlinkSync(address);
  if (occupant.kind === 'unusable')
    throw new TransportError(`${address} ${occupant.problem}.`, 'Choose another path, or remove it.');
  if (occupant.kind === 'live-socket') throw await takenError(address, occupant.credentials);
}

/** What `listen` itself calls, of old (`_listen2`), where no other process shares the socket. */
interface Listening {
  readonly _listen2?: (path: string, port: -1, addressType: -1, backlog: number) => void;
}

/** `listen` would load all by which a server is shared among processes, which takes longer than to listen. */
function listen(server: Server & Listening, path: string): void {
  if (server._listen2) server._listen2(path, -1, -1, MAX_CONNECTIONS);
  else server.listen({ path, backlog: MAX_CONNECTIONS });
}

export class SocketListener {
  readonly #server: Server;
  readonly #address: string;
  /** The socket's inode: at the end only this one is removed. */
  readonly #device: number;
  readonly #inode: number;

  private constructor(server: Server, address: string, { dev, ino }: { dev: number; ino: number }) {
    this.#server = server;
    this.#address = address;
    this.#device = dev;
    this.#inode = ino;
  }

  /**
   * Has the server listen at the absolute path `address`.
   * `privateDirectory`: that of the socket must be this user's and closed to all others. Rejects with TransportError
   * where somebody listens there, or others have a hand in the place; or with the system's error.
   */
  static async open(address: string, privateDirectory: boolean, server: Server): Promise<SocketListener> {
    assertUsableSocketPath(address);
    assertPeerCredentialsAvailable();
    const dir = dirname(address);
    prepareSocketDirectory(dir, privateDirectory);
    return withDirectoryLock(dir, async () => {
      await makeRoom(address);
      return SocketListener.#bind(address, server);
    });
  }

  /**
   * Listens on a temporary name first. The socket gets its own name when it is complete, and Node, which
   * removes the name it has bound when the server closes, never removes another agent's socket.
   */
  static async #bind(address: string, server: Server): Promise<SocketListener> {
    const temporary = temporarySocketPath(address);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.once('listening', resolve);
      const umask = process.umask(0o177);
      try {
        // Binds before it returns, and reports later.
        listen(server, temporary);
      } finally {
        process.umask(umask);
      }
    });
    // A connection that can't be accepted (no descriptors left, say) ends alone.
    server.on('error', () => {});
    try {
      chmodSync(temporary, SOCKET_MODE);
      const file = lstatSync(temporary);
      publishSocket(temporary, address);
      return new SocketListener(server, address, file);
    } catch (error: unknown) {
      server.close();
      throw error;
    }
  }

  /** Removes the socket, and resolves when the server says that it is closed. Who serves connections closes them. */
  close(): Promise<void> {
    this.#removeSocket();
    return new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #removeSocket(): void {
    try {
      const stats = lstatSync(this.#address, { throwIfNoEntry: false });
      // While we listen the inode can't be given to another file, so this is ours or it is not.
      if (stats?.dev === this.#device && stats.ino === this.#inode) unlinkSync(this.#address);
    } catch {
      // The directory is gone or closed to us: there is nothing left to tidy up.
    }
  }
}
