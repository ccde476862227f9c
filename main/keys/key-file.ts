// Private key files of every format, told apart by their first lines.
import type { CryptoOffload } from './crypto-offload.ts';
import type { PrivateKeyFields } from './private-key-fields.ts';
import type { PublicKey } from './public-key.ts';

export type KeyFileFormat = 'ppk' | 'openssh' | 'pkcs8' | 'pkcs1' | 'sec1';

/** A key file without a passphrase. */
export interface ClearKeyFile {
  readonly kind: 'clear';
  readonly format: KeyFileFormat;
  /** Empty when the format has none. */
  readonly comment: string;
  /** Plain or certificate, as in the file. */
  readonly publicKey: PublicKey;
  /**
   * Checks MAC or check bytes and that the private half belongs to the public one; throws KeyFileError.
   * The caller wipes the result. May be called once: what this object held in clear is wiped by it.
   */
  fields(offload: CryptoOffload): Promise<PrivateKeyFields>;
  /** For a file that is not going to be used after all. */
  wipe(): void;
}

/** What deriving the key from the passphrase will take. */
export interface DecryptionCost {
  /** Whether a person should agree before the machine spends this. */
  readonly needsConfirmation: boolean;
  /** For the person, e.g. "Argon2id with 64 MiB of memory and 300 passes, about 17 s". */
  readonly description: string;
}

export interface DecryptedKey {
  readonly comment: string;
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
  throw new Error(`being written ${bytes.length}`);
}
