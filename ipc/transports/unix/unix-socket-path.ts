// The place of a Unix-domain socket in the file system: what may be used, what may be replaced.
import { linkSync, lstatSync, renameSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { systemErrorInWords } from '../../../text/system-error.ts';
import { type PeerCredentials, readPeerCredentials } from '../../posix/sockets/peer-credentials.ts';
import { TransportError } from '../transport.ts';

/** sun_path has 108 bytes on Linux and 104 on macOS; one of them is the NUL that ends it. */
const MAX_PATH_BYTES = process.platform === 'darwin' ? 103 : 107;

/** What was found at a path. `live`: somebody listens there; who, as far as the system tells. */
export type Occupant =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'stale-socket' }
  | { readonly kind: 'live-socket'; readonly credentials?: PeerCredentials }
  | { readonly kind: 'unusable'; readonly problem: string };

/** Throws TransportError when no socket can have this path. */
export function assertUsableSocketPath(path: string): void {
  const length = Buffer.byteLength(path);
  if (length > MAX_PATH_BYTES)
    throw new TransportError(
      `The socket path ${path} is too long: ${length} bytes, and the system allows ${MAX_PATH_BYTES}.`,
      'Choose a shorter path.',
    );
  if (path === '' || path.includes('\0') || path.endsWith('/'))
    throw new TransportError(`“${path}” is not a path that a socket can have.`, 'Give the path of a file.');
}

/** Looks what is at `path`; connects to a socket to see whether somebody listens, and hangs up. */
export async function findOccupant(path: string): Promise<Occupant> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return { kind: 'nothing' };
  if (!stats.isSocket()) return { kind: 'unusable', problem: 'is not a socket, and is kept as it is' };
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      const credentials = readPeerCredentials(socket);
      socket.destroy();
      resolve({ kind: 'live-socket', ...(credentials && { credentials }) });
    });
    socket.on('error', (error: NodeJS.ErrnoException) => resolve(occupantByError(error)));
  });
}

function occupantByError(error: NodeJS.ErrnoException): Occupant {
  switch (error.code) {
    case 'ECONNREFUSED':
      return { kind: 'stale-socket' };
    case 'ENOENT':
      return { kind: 'nothing' };
    case 'EAGAIN':
      // Somebody listens and has more callers waiting than it takes.
      return { kind: 'live-socket' };
    case 'EACCES':
    case 'EPERM':
      return { kind: 'unusable', problem: 'is another user’s socket' };
    default:
      return {
        kind: 'unusable',
        problem: `can’t be looked at (${systemErrorInWords(error.code ?? error.message)})`,
      };
  }
}

/** At least nine digits. No secret, since what somebody puts there is no place to bind to: so the start need not load node:crypto. */
const someHex = () => Math.random().toString(16).slice(2).padEnd(9, '0');

/**
 * A free path beside `path` to bind to before the socket is complete. `path` with a random ending, so that
 * lists of open sockets still tell whose it is; where that would be too long, as long as `path`.
 */
export function temporarySocketPath(path: string): string {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const random = someHex() + someHex();
    const extended = `${path}.${random.slice(0, 6)}`;
    const sameLength = join(dirname(path), random.slice(0, Buffer.byteLength(basename(path))));
    const candidate = Buffer.byteLength(extended) <= MAX_PATH_BYTES ? extended : sameLength;
    if (candidate !== path && !lstatSync(candidate, { throwIfNoEntry: false })) return candidate;
  }
  throw new TransportError(`There is no free name beside ${path}.`, 'Choose another name.');
}

/**
 * Gives the socket at `temporary` its final name. Fails with EEXIST instead of replacing what appeared
 * there in the meantime.
 */
export function publishSocket(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error: unknown) {
    // Not every file system has hard links; the caller holds the directory's lock, so this is nearly as good.
    if (!(error instanceof Error && 'code' in error && (error.code === 'EPERM' || error.code === 'ENOTSUP')))
      throw error;
    renameSync(temporary, path);
    return;
  }
  unlinkSync(temporary);
}
