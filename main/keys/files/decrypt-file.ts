// A typed passphrase tried on a key file in all the encodings that it may have been encrypted with.
import type { CryptoOffload } from '../crypto-offload.ts';
import type { PassphraseEncodings } from './passphrase-encodings.ts';
import type { DecryptedKey, EncryptedKeyFile } from './shared/key-file.ts';
import { KeyFileError } from './shared/key-file-error.ts';

export interface DecryptionMeans {
  readonly offload: CryptoOffload;
  readonly passphraseEncodings: PassphraseEncodings;
}

/** Throws KeyFileError, `wrong-passphrase` when none of the encodings fits. Neither keeps nor wipes `passphrase`. */
export async function decryptFile(
  file: EncryptedKeyFile,
  passphrase: Uint8Array,
  { offload, passphraseEncodings }: DecryptionMeans,
  signal?: AbortSignal,
): Promise<DecryptedKey> {
  const encodings = passphraseEncodings(passphrase);
  try {
    for (const [index, encoding] of encodings.entries()) {
      try {
        return await file.decrypt(encoding, offload, signal);
      } catch (error: unknown) {
        const isLast = index === encodings.length - 1;
        if (isLast || !(error instanceof KeyFileError) || error.code !== 'wrong-passphrase') throw error;
      }
    }
    throw new Error('a passphrase without an encoding');
  } finally {
    for (const encoding of encodings) encoding.fill(0);
  }
}
