// Encrypted files that hide their public half (PEM, PKCS #8), joined with a public key known from elsewhere.

import { equalBytes } from '../encoding/wire.ts';
import type { PublicKey } from '../kinds/shared/public-key.ts';
import type { EncryptedKeyFile } from './shared/key-file.ts';
import { KeyFileError } from './shared/key-file-error.ts';

/**
 * The same file, with this plain public half where it hides its own. SECURITY: decrypting checks that it is the right one
 * and throws KeyFileError `inconsistent` when it is not, or the file could sign in the name of any listed key.
 */
export function withPublicKey(file: EncryptedKeyFile, publicKey: PublicKey): EncryptedKeyFile {
  if (file.publicKey) return file;
  return {
    ...file,
    publicKey,
    async decrypt(passphrase, offload, signal) {
      const key = await file.decrypt(passphrase, offload, signal);
      if (equalBytes(key.publicKey.base.blob, publicKey.base.blob)) return key;
      key.fields.wipe();
      throw new KeyFileError(
        'inconsistent',
        'The public key beside this key file belongs to another key. Delete the wrong “.pub” file or make it anew with “ssh-keygen -y”.',
      );
    },
  };
}
