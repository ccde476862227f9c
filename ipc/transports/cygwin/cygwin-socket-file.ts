// Cygwin's and MSYS2's stand-in for a Unix-domain socket: a file that names a TCP port and a secret.
import { closeSync, constants, fstatSync, lstatSync, openSync, readSync } from 'node:fs';

/** Bytes of the secret that a client has to show. */
export const SECRET_BYTES = 16;

const PATTERN = /^!<socket >(\d{1,5}) s ([0-9A-F]{8})-([0-9A-F]{8})-([0-9A-F]{8})-([0-9A-F]{8})[\0\s]*$/i;
/** Longer than any such file. */
const MAX_FILE_BYTES = 128;

export interface CygwinSocketFile {
  readonly port: number;
  readonly secret: Uint8Array;
}

/**
 * The file's content: `!<socket >PORT s W-W-W-W`, each W one little-endian uint32 of the secret in upper
 * case, since some clients' patterns take nothing else.
 */
export function formatCygwinSocketFile({ port, secret }: CygwinSocketFile): string {
  const view = new DataView(secret.buffer, secret.byteOffset, SECRET_BYTES);
  const words = [0, 4, 8, 12].map((offset) => view.getUint32(offset, true).toString(16).padStart(8, '0'));
  return `!<socket >${port} s ${words.join('-').toUpperCase()}`;
}

/** Undefined when the text is not that of a socket file. */
export function parseCygwinSocketFile(text: string): CygwinSocketFile | undefined {
  const [, portText, ...words] = PATTERN.exec(text) ?? [];
  const port = Number(portText);
  if (portText === undefined || port < 1 || port > 65_535) return undefined;
  const secret = new Uint8Array(SECRET_BYTES);
  const view = new DataView(secret.buffer);
  words.forEach((word, index) => {
    view.setUint32(index * 4, Number.parseInt(word, 16), true);
  });
  return { port, secret };
}

/** What is at a path: nothing, a socket file, or something else (a folder, another file, a link). */
export function readCygwinSocketFile(path: string): CygwinSocketFile | 'nothing' | 'something-else' {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return 'nothing';
  if (!stats.isFile()) return 'something-else';
  const text = readShortFile(path);
  return (text !== undefined && parseCygwinSocketFile(text)) || 'something-else';
}

/**
 * Undefined when there is no file any more, or a longer one. SECURITY: in /tmp and its kind whoever owns it can put a
 * link or a fifo in its place at any moment, for which the whole agent would wait. Windows has no such flags.
 */
function readShortFile(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error: unknown) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP' || code === 'ENOENT' || code === 'ENXIO') return undefined;
    throw error;
  }
  try {
    if (!fstatSync(file).isFile()) return undefined;
    const bytes = Buffer.alloc(MAX_FILE_BYTES + 1);
    const length = readSync(file, bytes, 0, bytes.length, 0);
    return length > MAX_FILE_BYTES ? undefined : bytes.toString('latin1', 0, length);
  } finally {
    closeSync(file);
  }
}
