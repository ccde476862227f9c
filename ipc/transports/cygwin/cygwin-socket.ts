// The door for Git for Windows' own ssh, MSYS2 and Cygwin: a TCP port on the loopback interface, a file
// that says which, and a secret in it. Runs on Linux too.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { dirname, resolve } from 'node:path';
import type { OpenSession } from '../../../main/agent/agent.ts';
import type { Peer } from '../../../main/agent/facts/peer.ts';
import { executableOf, factsOf, type ObserveProcess, observeIfKnown } from '../observe-process.ts';
import { MAX_CONNECTIONS, StreamConnections } from '../streams/open-streams.ts';
import type { PeerState } from '../streams/stream-peer.ts';
import { type Transport, TransportError } from '../transport.ts';
import { createTransport, type Door } from '../transport-lifecycle.ts';
import { prepareSocketDirectory, SOCKET_MODE } from '../unix/socket-directory.ts';
import { acceptHandshake, probeCygwinSocket } from './cygwin-handshake.ts';
import {
  type CygwinSocketFile,
  formatCygwinSocketFile,
  readCygwinSocketFile,
  SECRET_BYTES,
} from './cygwin-socket-file.ts';

const NAME = 'cygwin-socket';
const LOOPBACK = '127.0.0.1';
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Connections that have not shown the secret yet, of all processes and users together. */
const MAX_HANDSHAKES = 128;
const PROBE_TIMEOUT_MS = 2000;

/** Who is at the client's end of a loopback connection, from the system's table; undefined: unknown. */
type PeerOfTcp = (
  localPort: number,
  remotePort: number,
) => Promise<{ readonly ownerIsUs: boolean; readonly pid?: number } | undefined>;

export interface CygwinSocketOptions {
  /** Where the socket file is written. */
  readonly path: string;
  readonly peerOfTcp: PeerOfTcp;
  readonly observeProcess: ObserveProcess;
  /** Makes the directory; throws TransportError when others could replace the file there. By default as for Linux. */
  readonly prepareDirectory?: (dir: string) => void;
  /** Whether the client at the other end of `socket` is there, also while nothing is read. Never rejects. */
  readonly peerState: (
    socket: Socket,
    localPort: number,
    remotePort: number,
  ) => PeerState | Promise<PeerState>;
  /**
   * On Windows makes the file readable by this user alone, and SYSTEM and READONLY as Cygwin wants it.
   * Called before the file gets its name. Elsewhere the file's mode (0600) is enough.
   */
  readonly protectFile?: (path: string) => void;
  /** Takes back what keeps a protected file from being removed. */
  readonly unprotectFile?: (path: string) => void;
  /** Default 10 s. */
  readonly handshakeTimeoutMs?: number;
}

/** A transport on a Cygwin socket file. Serves those who know the file's secret and are this user. */
export function createCygwinSocketTransport(options: CygwinSocketOptions): Transport {
  return createTransport(NAME, new CygwinSocketDoor(options));
}

interface Listener {
  readonly server: Server;
  readonly file: CygwinSocketFile;
}

/** How far a client has come: it has shown the secret or not, and its process once that is known. */
type Handshaking = { readonly knowsSecret: boolean; readonly pid?: number };

class CygwinSocketDoor implements Door<Listener> {
  /** Absolute. */
  readonly address: string;
  readonly #options: CygwinSocketOptions;
  readonly #connections = new StreamConnections();
  /** The oldest first. */
  readonly #handshaking = new Map<Socket, Handshaking>();

  constructor(options: CygwinSocketOptions) {
    this.#options = options;
    this.address = resolve(options.path);
  }

  async open(openSession: OpenSession): Promise<Listener> {
    const dir = dirname(this.address);
    if (this.#options.prepareDirectory) this.#options.prepareDirectory(dir);
    else prepareSocketDirectory(dir, false);
    await this.#makeRoom();
    const secret = randomBytes(SECRET_BYTES);
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    const port = await listenOnLoopback(server);
    const file = { port, secret };
    server.on('connection', (socket) => void this.#accept(socket, file, openSession));
    try {
      this.#writeFile(file);
    } catch (error: unknown) {
      server.close();
      throw error;
    }
    return { server, file };
  }

  /** Removes a socket file that no agent answers for; anything else in our place is kept and an error. */
  async #makeRoom(): Promise<void> {
    const found = readCygwinSocketFile(this.address);
    if (found === 'nothing') return;
    if (found === 'something-else')
      throw new TransportError(
        `${this.address} is not a Cygwin socket file, and is kept as it is.`,
        'Choose another path, or remove it.',
      );
    const pid = await probeCygwinSocket(found, PROBE_TIMEOUT_MS);
    if (pid !== undefined) throw await this.#takenError(found.port, pid);
    this.#removeFile();
  }

  async #takenError(port: number, pid: number): Promise<TransportError> {
    const executable = await executableOf(pid, this.#options.observeProcess);
    return new TransportError(
      `An agent is already listening for ${this.address} (port ${port}, process ${pid}${executable ? `, ${executable}` : ''}).`,
      'Use that one, end it first, or choose another path.',
      { heldBy: { pid, ...(executable && { executable }) } },
    );
  }

  /** The file appears complete and protected, or not at all. */
  #writeFile(file: CygwinSocketFile): void {
    const temporary = `${this.address}.${randomBytes(6).toString('hex')}`;
    writeFileSync(temporary, formatCygwinSocketFile(file), { mode: SOCKET_MODE, flag: 'wx' });
    try {
      this.#options.protectFile?.(temporary);
      renameSync(temporary, this.address);
    } catch (error: unknown) {
      rmSync(temporary, { force: true });
      throw error;
    }
  }

  #removeFile(): void {
    this.#options.unprotectFile?.(this.address);
    unlinkSync(this.address);
  }

  async #accept(socket: Socket, file: CygwinSocketFile, openSession: OpenSession): Promise<void> {
    socket.on('error', () => {});
    const { remotePort } = socket;
    if (remotePort === undefined) {
      socket.destroy();
      return;
    }
    this.#handshaking.set(socket, { knowsSecret: false });
    if (this.#handshaking.size > MAX_HANDSHAKES) this.#cutOldestHandshake();
    socket.once('close', () => this.#handshaking.delete(socket));
    const client = await this.#shakeHands(socket, file, remotePort);
    this.#handshaking.delete(socket);
    if (!client) return;
    this.#connections.serve(socket, () => openSession({ transport: NAME, mayPrompt: true, ...client }), {
      pid: client.pid,
      look: () => this.#options.peerState(socket, file.port, remotePort),
    });
  }

  /** Resolves to undefined for a client that is not let in; its socket is destroyed. */
  async #shakeHands(
    socket: Socket,
    { port, secret }: CygwinSocketFile,
    remotePort: number,
  ): Promise<Pick<Peer, 'pid' | 'describe' | 'lookAhead'> | undefined> {
    let pid: number | undefined;
    let facts: Pick<Peer, 'describe' | 'lookAhead'> | undefined;
    // Whose the connection is takes a reading of the system's table: not for all who reach the port.
    const mayEnter = async () => {
      this.#note(socket, { knowsSecret: true });
      const peer = await this.#options.peerOfTcp(port, remotePort);
      // SECURITY: unknown is another user, until the table says otherwise.
      if (!peer?.ownerIsUs) return false;
      ({ pid } = peer);
      this.#note(socket, { knowsSecret: true, ...(pid !== undefined && { pid }) });
      // Now: during the handshake it may end.
      const client = observeIfKnown(pid, this.#options.observeProcess);
      socket.once('close', () => client.close());
      if (socket.destroyed) client.close();
      facts = factsOf(client);
      return true;
    };
    const timeoutMs = this.#options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS;
    const passed = await acceptHandshake(socket, secret, timeoutMs, mayEnter);
    return passed && facts ? { ...(pid !== undefined && { pid }), ...facts } : undefined;
  }

  #note(socket: Socket, how: Handshaking): void {
    if (this.#handshaking.has(socket)) this.#handshaking.set(socket, how);
  }

  /**
   * Of those who have not shown the secret, which takes a moment; else of the process that has the most. So who holds
   * places without going on keeps nobody else out. Those whose process is not known yet count as one.
   */
  #cutOldestHandshake(): void {
    const open = [...this.#handshaking];
    const without = open.filter(([, { knowsSecret }]) => !knowsSecret);
    const counts = new Map<number | undefined, number>();
    for (const [, { pid }] of open) counts.set(pid, (counts.get(pid) ?? 0) + 1);
    const most = Math.max(...counts.values());
    const [oldest] = without.length > 1 ? without : open.filter(([, { pid }]) => counts.get(pid) === most);
    if (!oldest) return;
    this.#handshaking.delete(oldest[0]);
    oldest[0].destroy();
  }

  async close({ server, file }: Listener): Promise<void> {
    this.#removeOwnFile(file);
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of this.#handshaking.keys()) socket.destroy();
    await this.#connections.destroyAll();
    await closed;
    file.secret.fill(0);
  }

  #removeOwnFile(file: CygwinSocketFile): void {
    try {
      const found = readCygwinSocketFile(this.address);
      if (typeof found === 'object' && timingSafeEqual(found.secret, file.secret)) this.#removeFile();
    } catch {
      // The directory is gone or closed to us: there is nothing left to tidy up.
    }
  }

  explain(cause: unknown): TransportError {
    const problem = cause instanceof Error ? cause.message : String(cause);
    return new TransportError(
      `The Cygwin socket ${this.address} can’t be opened: ${problem}.`,
      'Check that you may write to its directory, or choose another path.',
      { cause },
    );
  }
}

/** Resolves to the port. */
async function listenOnLoopback(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port: 0, backlog: MAX_CONNECTIONS }, resolve);
  });
  // A connection that can't be accepted (no descriptors left, say) ends alone.
  server.on('error', () => {});
  return (server.address() as AddressInfo).port;
}
