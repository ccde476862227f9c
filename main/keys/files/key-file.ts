// Private key files of every format, told apart by their first lines.
import type { CryptoOffload } from '../crypto-offload.ts';
import { findPemBlocks } from '../encoding/pem.ts';
import { equalBytes } from '../encoding/wire.ts';
import type { PrivateKeyFields } from '../kinds/private-key-fields.ts';
import type { PublicKey } from '../kinds/public-key.ts';
import type { DecryptionCost } from './derivation-limits.ts';
import { asKeyFileError } from './key-file-error.ts';
import { notAPrivateKey } from './not-a-private-key.ts';
import { parseOpensshKeyFile } from './openssh-key-file.ts';
import { parsePemKeyFile } from './pem-key-file.ts';
import { parsePpkKeyFile } from './ppk-key-file.ts';

/** Of UTF-8, as Notepad writes it. */
const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);
const ppkStart = new TextEncoder().encode('PuTTY-User-Key-File-');

/** `dsa` is OpenSSL's traditional DSA layout, which no standard names. */
export type KeyFileFormat = 'ppk' | 'openssh' | 'pkcs8' | 'pkcs1' | 'sec1' | 'dsa';

/** A key file without a passphrase. */
export interface ClearKeyFile {
  readonly kind: 'clear';
  readonly format: KeyFileFormat;
  /** Empty when the format has none. */
  readonly comment: string;
  /** The comment as it stands in the file: an own copy. */
  readonly rawComment: Uint8Array;
  /** Plain or certificate, as in the file. */
  readonly publicKey: PublicKey;
  /**
   * Checks that the private half belongs to the public one; throws KeyFileError. To be called once:
   * the result is what this object held, and the caller wipes it. (MAC and check bytes were verified by parsing.)
   */
  fields(offload: CryptoOffload): Promise<PrivateKeyFields>;
  /** For a file that is not going to be used after all. */
  wipe(): void;
}

export interface DecryptedKey {
  readonly comment: string;
  /** The comment as it stands in the file: an own copy. */
  readonly rawComment: Uint8Array;
  /** Plain or certificate, as in the file. */
  readonly publicKey: PublicKey;
  /** The caller wipes them. */
  readonly fields: PrivateKeyFields;
}

/** A key file that needs a passphrase. Holds nothing secret. */
export interface EncryptedKeyFile {
  readonly kind: 'encrypted';
  readonly format: KeyFileFormat;
  /** Empty when the format has none, or hides it. */
  readonly comment: string;
  /** The comment as it stands in the file: an own copy. */
  readonly rawComment: Uint8Array;
  /** Undefined when the format hides it (PEM and PKCS#8). */
  readonly publicKey?: PublicKey;
  /** The file itself; an own copy. */
  readonly bytes: Uint8Array;
  readonly cost: DecryptionCost;
  /**
   * Throws KeyFileError (`wrong-passphrase` among its codes), or the signal's reason when aborted.
   * Neither keeps nor wipes `passphrase`.
   */
  decrypt(passphrase: Uint8Array, offload: CryptoOffload, signal?: AbortSignal): Promise<DecryptedKey>;
}

export type KeyFile = ClearKeyFile | EncryptedKeyFile;

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
