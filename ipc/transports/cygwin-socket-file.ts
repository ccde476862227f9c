// Cygwin's and MSYS2's stand-in for a Unix-domain socket: a file that names a TCP port and a secret.
import { lstatSync, readFileSync } from 'node:fs';

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
  if (!stats.isFile() || stats.size > MAX_FILE_BYTES) return 'something-else';
  return parseCygwinSocketFile(readFileSync(path, 'latin1')) ?? 'something-else';
}
