// bcrypt_pbkdf, the key derivation of openssh-key-v1 files: PBKDF2 with bcrypt over SHA-512 as its function.
import { createHash } from 'node:crypto';
import { Blowfish } from './blowfish.ts';

const hashBytes = 32;
const costLoops = 64;
const magic = bigEndianWords(new TextEncoder().encode('OxychromaticBlowfishSwatDynamite'));

/** Derives `length` bytes; takes about 4 ms a round and 32 bytes. */
export function bcryptPbkdf(
  passphrase: Uint8Array,
  salt: Uint8Array,
  rounds: number,
  length: number,
): Uint8Array {
  // The output bytes of the blocks are interleaved, so that no prefix comes cheaper than the whole.
  const blocks = Math.ceil(length / hashBytes);
  const result = new Uint8Array(length);
  const passphraseHash = sha512(passphrase);
  const key = bigEndianWords(passphraseHash);
  for (let block = 0; block < blocks; block++) {
    const counter = Uint8Array.of(0, 0, (block + 1) >>> 8, block + 1);
    let output = bcryptHash(key, sha512(salt, counter));
    const sum = Uint8Array.from(output);
    for (let round = 1; round < rounds; round++) {
      output = bcryptHash(key, sha512(output));
      for (let i = 0; i < hashBytes; i++) sum[i] = (sum[i] as number) ^ (output[i] as number);
    }
    for (let i = 0; i * blocks + block < length && i < hashBytes; i++) {
      result[i * blocks + block] = sum[i] as number;
    }
    sum.fill(0);
    output.fill(0);
  }
  passphraseHash.fill(0);
  key.fill(0);
  return result;
}

function bcryptHash(key: Int32Array, saltHash: Uint8Array): Uint8Array {
  const salt = bigEndianWords(saltHash);
  const blowfish = new Blowfish();
  blowfish.expand(key, salt);
  for (let i = 0; i < costLoops; i++) {
    blowfish.expand(salt);
    blowfish.expand(key);
  }
  const words = Int32Array.from(magic);
  for (let i = 0; i < costLoops; i++) {
    for (let offset = 0; offset < words.length; offset += 2) blowfish.encrypt(words, offset);
  }
  blowfish.wipe();
  const result = new Uint8Array(hashBytes);
  const view = new DataView(result.buffer);
  // Read big-endian, written little-endian: so the reference does it.
  words.forEach((word, i) => {
    view.setInt32(i * 4, word, true);
  });
  words.fill(0);
  return result;
}

function sha512(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha512');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

function bigEndianWords(bytes: Uint8Array): Int32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Int32Array.from({ length: bytes.length / 4 }, (_, i) => view.getInt32(i * 4));
}
