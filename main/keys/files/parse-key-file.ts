// Private key files of every format, told apart by their first lines.
import { findPemBlocks } from '../encoding/pem.ts';
import { equalBytes } from '../encoding/wire.ts';
import { notAPrivateKey } from './not-a-private-key.ts';
import { parseOpensshKeyFile } from './openssh/openssh-key-file.ts';
import { parsePemKeyFile } from './pem/pem-key-file.ts';
import { parsePpkKeyFile } from './ppk/ppk-key-file.ts';
import type { KeyFile } from './shared/key-file.ts';
import { asKeyFileError } from './shared/key-file-error.ts';

/** Of UTF-8, as Notepad writes it. */
const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);
const ppkStart = new TextEncoder().encode('PuTTY-User-Key-File-');

/** Parses a private key file of any format; throws KeyFileError. Copies what it keeps of `bytes`. */
export function parseKeyFile(bytes: Uint8Array): KeyFile {
  try {
    return parseByFirstLines(bytes);
  } catch (error) {
    throw asKeyFileError(error);
  }
}

function parseByFirstLines(bytes: Uint8Array): KeyFile {
  const withoutBom = withoutByteOrderMark(bytes);
  if (startsWith(withoutBom, ppkStart)) return parsePpkKeyFile(withoutBom);
  const [block] = privateKeyBlocks(bytes);
  if (!block) throw notAPrivateKey(bytes);
  return block.label === 'OPENSSH PRIVATE KEY'
    ? parseOpensshKeyFile(bytes, block.body)
    : parsePemKeyFile(bytes, block);
}

const privateKeyBlocks = (bytes: Uint8Array) =>
  findPemBlocks(bytes).filter(({ label }) => label.endsWith('PRIVATE KEY'));

/** How many private keys a file holds of which `parseKeyFile` takes the first. */
export function countPrivateKeys(bytes: Uint8Array): number {
  return startsWith(bytes, ppkStart) ? 1 : privateKeyBlocks(bytes).length;
}

export function withoutByteOrderMark<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
  return startsWith(bytes, byteOrderMark) ? (bytes.subarray(byteOrderMark.length) as Bytes) : bytes;
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return equalBytes(bytes.subarray(0, start.length), start);
}
