// The ciphers of openssh-key-v1 files, by OpenSSH's names.
import { createDecipheriv, timingSafeEqual } from 'node:crypto';
import { poly1305 } from '@noble/ciphers/_poly1305.js';
import { chacha20orig } from '@noble/ciphers/chacha.js';
import { secretArray } from '../../encoding/secret-array.ts';
import { SecretBytes } from '../../encoding/secret-bytes.ts';

interface OpensshCipher {
  readonly keyBytes: number;
  readonly ivBytes: number;
  readonly blockBytes: number;
  readonly tagBytes: number;
  /** Undefined when the tag is wrong. */
  readonly decrypt: (
    key: Uint8Array,
    iv: Uint8Array,
    encrypted: Uint8Array,
    tag: Uint8Array,
  ) => SecretBytes | undefined;
}

const ciphers = new Map<string, OpensshCipher>([
  ['3des-cbc', native('des-ede3-cbc', 24, 8, 8)],
  ['aes128-cbc', native('aes-128-cbc', 16, 16, 16)],
  ['aes192-cbc', native('aes-192-cbc', 24, 16, 16)],
  ['aes256-cbc', native('aes-256-cbc', 32, 16, 16)],
  ['rijndael-cbc@lysator.liu.se', native('aes-256-cbc', 32, 16, 16)],
  ['aes128-ctr', native('aes-128-ctr', 16, 16, 16)],
  ['aes192-ctr', native('aes-192-ctr', 24, 16, 16)],
  ['aes256-ctr', native('aes-256-ctr', 32, 16, 16)],
  ['aes128-gcm@openssh.com', nativeGcm('aes-128-gcm', 16)],
  ['aes256-gcm@openssh.com', nativeGcm('aes-256-gcm', 32)],
  [
    'chacha20-poly1305@openssh.com',
    { keyBytes: 64, ivBytes: 0, blockBytes: 8, tagBytes: 16, decrypt: decryptChacha20Poly1305 },
  ],
]);

/** Undefined for names this program does not know. */
export function opensshCipher(name: string): OpensshCipher | undefined {
  return ciphers.get(name);
}

function native(name: string, keyBytes: number, ivBytes: number, blockBytes: number): OpensshCipher {
  return {
    keyBytes,
    ivBytes,
    blockBytes,
    tagBytes: 0,
    decrypt(key, iv, encrypted) {
      const decipher = createDecipheriv(name, key, iv).setAutoPadding(false);
      const plain = decipher.update(encrypted);
      decipher.final();
      return new SecretBytes(plain);
    },
  };
}

function nativeGcm(name: 'aes-128-gcm' | 'aes-256-gcm', keyBytes: number): OpensshCipher {
  return {
    keyBytes,
    ivBytes: 12,
    blockBytes: 16,
    tagBytes: 16,
    decrypt(key, iv, encrypted, tag) {
      const decipher = createDecipheriv(name, key, iv, { authTagLength: 16 }).setAuthTag(tag);
      const plain = decipher.update(encrypted);
      try {
        decipher.final();
      } catch {
        plain.fill(0);
        return undefined;
      }
      return new SecretBytes(plain);
    },
  };
}

/** PROTOCOL.chacha20poly1305 with sequence number 0 and no header; its second key is for headers only. */
function decryptChacha20Poly1305(
  key: Uint8Array,
  _iv: Uint8Array,
  encrypted: Uint8Array,
  tag: Uint8Array,
): SecretBytes | undefined {
  const nonce = new Uint8Array(8);
  using mainKey = SecretBytes.copyOf(key.subarray(0, 32));
  using macKey = new SecretBytes(secretArray(32));
  chacha20orig(mainKey.bytes, nonce, new Uint8Array(32), macKey.bytes);
  if (!timingSafeEqual(poly1305(encrypted, macKey.bytes), tag)) return undefined;
  const plain = new SecretBytes(secretArray(encrypted.length));
  chacha20orig(mainKey.bytes, nonce, encrypted, plain.bytes, 1);
  return plain;
}
