// Decryption with the CBC ciphers of key files, in runtimes that don't have single DES.
import { createDecipheriv } from 'node:crypto';
import { secretArray } from './secret-array.ts';
import { SecretBytes } from './secret-bytes.ts';
import { MalformedMessageError } from './wire.ts';

export interface BlockCipher {
  readonly name: 'aes-128-cbc' | 'aes-192-cbc' | 'aes-256-cbc' | 'des-cbc' | 'des-ede-cbc' | 'des-ede3-cbc';
  readonly keyBytes: number;
  readonly blockBytes: number;
}

export const blockCiphers = {
  'aes-128-cbc': { name: 'aes-128-cbc', keyBytes: 16, blockBytes: 16 },
  'aes-192-cbc': { name: 'aes-192-cbc', keyBytes: 24, blockBytes: 16 },
  'aes-256-cbc': { name: 'aes-256-cbc', keyBytes: 32, blockBytes: 16 },
  'des-cbc': { name: 'des-cbc', keyBytes: 8, blockBytes: 8 },
  'des-ede-cbc': { name: 'des-ede-cbc', keyBytes: 16, blockBytes: 8 },
  'des-ede3-cbc': { name: 'des-ede3-cbc', keyBytes: 24, blockBytes: 8 },
} as const satisfies Record<string, BlockCipher>;

/** Decrypts without removing padding. Throws MalformedMessageError unless the length is of whole blocks. */
export function decryptCbc(
  cipher: BlockCipher,
  key: Uint8Array,
  iv: Uint8Array,
  encrypted: Uint8Array,
): SecretBytes {
  if (encrypted.length === 0 || encrypted.length % cipher.blockBytes !== 0) {
    throw new MalformedMessageError('encrypted data is not of whole blocks');
  }
  const { name, fullKey } = nativeCipher(cipher, key);
  const decipher = createDecipheriv(name, fullKey, iv).setAutoPadding(false);
  const plain = decipher.update(encrypted);
  decipher.final();
  fullKey.fill(0);
  return new SecretBytes(plain);
}

/** What PKCS #7 padding leaves of decrypted data, as a view; undefined when the padding is wrong. */
export function withoutPkcs7Padding(plain: Uint8Array, blockBytes: number): Uint8Array | undefined {
  const count = plain.at(-1) ?? 0;
  if (count === 0 || count > blockBytes || count > plain.length) return undefined;
  const start = plain.length - count;
  return plain.subarray(start).every((byte) => byte === count) ? plain.subarray(0, start) : undefined;
}

/** OpenSSL 3 has single DES in its legacy provider only; triple DES with equal keys is the same function. */
function nativeCipher(cipher: BlockCipher, key: Uint8Array): { name: string; fullKey: Uint8Array } {
  if (cipher.name === 'des-cbc') return { name: 'des-ede3-cbc', fullKey: joined(key, key, key) };
  if (cipher.name === 'des-ede-cbc') {
    return { name: 'des-ede3-cbc', fullKey: joined(key, key.subarray(0, 8)) };
  }
  return { name: cipher.name, fullKey: joined(key) };
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const result = secretArray(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}
