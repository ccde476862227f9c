// A private key file of any format: what is known of it, and how its key comes out.
import type { CryptoOffload } from '../../crypto-offload.ts';
import type { PrivateKeyFields } from '../../kinds/shared/private-key-fields.ts';
import type { PublicKey } from '../../kinds/shared/public-key.ts';
import type { DecryptionCost } from './derivation-limits.ts';
import type { KeyFileFormat } from './key-file-format.ts';

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

/** What goes into a key file beside the key. */
export interface KeyFileContents {
  readonly fields: PrivateKeyFields;
  /** Text is written as UTF-8. */
  readonly comment: Uint8Array | string;
  /** Empty: the file is not encrypted. Neither kept nor wiped. */
  readonly passphrase: Uint8Array;
}
