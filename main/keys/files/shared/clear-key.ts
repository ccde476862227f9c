// A key read from a file without a passphrase, and the check every key read from a file goes through.
import type { CryptoOffload } from '../../crypto-offload.ts';
import type { PrivateKeyFields } from '../../kinds/shared/private-key-fields.ts';
import type { PublicKey } from '../../kinds/shared/public-key.ts';
import type { ClearKeyFile, DecryptedKey } from './key-file.ts';
import { asKeyFileError } from './key-file-error.ts';
import type { KeyFileFormat } from './key-file-format.ts';

/** Implements ClearKeyFile over fields that were read already. Owns them until `fields()` hands them over. */
export class ClearKey implements ClearKeyFile {
  readonly kind = 'clear';
  readonly format: KeyFileFormat;
  readonly comment: string;
  readonly rawComment: Uint8Array;
  readonly publicKey: PublicKey;
  readonly #key: DecryptedKey;

  constructor(format: KeyFileFormat, key: DecryptedKey) {
    this.format = format;
    this.comment = key.comment;
    this.rawComment = key.rawComment;
    this.publicKey = key.publicKey;
    this.#key = key;
  }

  async fields(offload: CryptoOffload): Promise<PrivateKeyFields> {
    return (await checkedKey(this.#key, offload)).fields;
  }

  wipe(): void {
    this.#key.fields.wipe();
  }
}

/** Gives `key` back when its halves belong together; else wipes it and throws KeyFileError. */
export async function checkedKey(key: DecryptedKey, offload: CryptoOffload): Promise<DecryptedKey> {
  try {
    await key.fields.assertConsistent(offload);
    return key;
  } catch (error) {
    key.fields.wipe();
    throw asKeyFileError(error);
  }
}
