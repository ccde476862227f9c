// A socket that systemd has made and listens on, and hands to the program that it starts (sd_listen_fds(3)).
import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import type { Server } from 'node:net';
import { dirname } from 'node:path';
import { assertPeerCredentialsAvailable } from '../../posix/sockets/peer-credentials.ts';
import { TransportError } from '../transport.ts';
import { prepareSocketDirectory } from './socket-directory.ts';

/** The first descriptor that is handed over. */
const firstHandedOver = 3;

const remedy = 'Name the socket’s own path with --socket, and let the .socket unit say SocketMode=0600.';

/** Whether exactly one socket was handed to this process. */
export function isHandedSocket({ LISTEN_PID, LISTEN_FDS }: NodeJS.ProcessEnv): boolean {
  return LISTEN_PID === String(process.pid) && LISTEN_FDS === '1';
}

/** The path that it was bound to, as the kernel tells (proc(5), net/unix); undefined where it has none. */
function handedPath(): string | undefined {
  const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${firstHandedOver}`)) ?? [];
  const lines = readFileSync('/proc/net/unix', 'utf8').split('\n');
  const line = lines.find((one) => inode !== undefined && one.split(/ +/)[6] === inode);
  return line?.slice(line.indexOf('/'));
}

/** Serves it. Closing leaves the socket in its place, for who made it. */
export class HandedSocket {
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Has the server listen. Rejects with the system's error. */
  static async listen(server: Server): Promise<HandedSocket> {
    await new Promise<void>((done, reject) => {
      server.once('error', reject);
      server.listen({ fd: firstHandedOver }, done);
    });
    // A connection that can't be accepted ends alone.
    server.on('error', () => {});
    return new HandedSocket(server);
  }

  /**
   * The same for an agent's door at the absolute path `address`. SECURITY: as strict as with a socket that we make: it is
   * at that path, ours, closed to all others, and nobody else can put another one in its place. Rejects with TransportError.
   */
  static async listenAt(address: string, server: Server): Promise<HandedSocket> {
    assertPeerCredentialsAvailable();
    const told = handedPath();
    if (told !== address)
      throw new TransportError(
        `systemd has handed over the socket ${told ?? 'of another kind'}, not ${address}.`,
        remedy,
      );
    prepareSocketDirectory(dirname(address), false);
    const { uid, mode } = lstatSync(address);
    if (uid !== process.geteuid?.() || (mode & 0o077) !== 0)
      throw new TransportError(`Others may use the socket ${address} that systemd has made.`, remedy);
    return HandedSocket.listen(server);
  }

  /** Resolves when the server says that it is closed. */
  close(): Promise<void> {
    return new Promise((done) => this.#server.close(() => done()));
  }
}
