// A passphrase under a key that only a signature of the chip gives: what is signed, the key made of it, what is sealed.
// HKDF is RFC 5869, the signature RFC 8017 §8.2, the cipher NIST SP 800-38D.
import {
  createCipheriv,
  createDecipheriv,
  createPublicKey,
  hkdfSync,
  randomBytes,
  verify,
} from 'node:crypto';
import { secretArray } from '../keys/encoding/secret-array.ts';
import { SecretBytes } from '../keys/encoding/secret-bytes.ts';
import { WireWriter } from '../keys/encoding/wire.ts';
import type { ChipPublicKey } from './chip.ts';

/** What a sealed passphrase is for: nothing else opens with it. */
export interface SealedFor {
  /** `SHA256:…` of the plain public key. */
  readonly fingerprint: string;
  /** Hex SHA-256 of the encrypted key file. */
  readonly file: string;
}

/** What the key is made from, all of it public. */
export interface SealingTerms extends SealedFor {
  /** The name of the chip's key: 16 hex digits. */
  readonly chipKey: string;
  readonly publicKey: ChipPublicKey;
  /** 32 random bytes. */
  readonly challenge: Uint8Array;
}

/** 12 bytes of nonce; the ciphertext with its tag of 16 bytes. */
export interface Sealed {
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
}

const product = 'Sallyport: the passphrase of a key file, version 1';
const utf8 = new TextEncoder();
const tagBytes = 16;
/** The length of the ciphertext tells no more of the passphrase than this. */
const paddedTo = 128;
export const maxPassphraseBytes = 4096;
/** RSA of 2048 to 4096 bits. */
const modulusBytes = { min: 256, max: 512 } as const;

export const newChallenge = (): Uint8Array => Uint8Array.from(randomBytes(32));

export const isFitPublicKey = ({ modulus, exponent }: ChipPublicKey): boolean =>
  modulus.length >= modulusBytes.min && modulus.length <= modulusBytes.max && exponent.length <= 8;

/** SECURITY: names all that the passphrase is bound to, so that a signature given for one purpose serves no other. */
function termsBytes(purpose: 'sign' | 'seal', terms: SealingTerms): Uint8Array {
  const { fingerprint, file, chipKey, publicKey, challenge } = terms;
  const writer = new WireWriter();
  for (const text of [product, purpose, fingerprint, file, chipKey]) writer.string(utf8.encode(text));
  for (const bytes of [publicKey.modulus, publicKey.exponent, challenge]) writer.string(bytes);
  return writer.finish();
}

/** What the chip signs. */
export const bytesToSign = (terms: SealingTerms): Uint8Array => termsBytes('sign', terms);

/**
 * Whether a signature is the one that the chip's key gives for these terms. There is exactly one in PKCS#1 v1.5, so what
 * passes here comes again, and a randomized one (PSS) does not pass.
 */
export function isTheSignature(terms: SealingTerms, signature: Uint8Array): boolean {
  const { modulus, exponent } = terms.publicKey;
  if (!isFitPublicKey(terms.publicKey) || signature.length !== modulus.length) return false;
  const number = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  try {
    const key = createPublicKey({
      key: { kty: 'RSA', n: number(modulus), e: number(exponent) },
      format: 'jwk',
    });
    return verify('sha256', bytesToSign(terms), key, signature);
  } catch {
    return false;
  }
}

/** Lends the key of a signature to `use`, and wipes it. */
function withKey<T>(terms: SealingTerms, signature: Uint8Array, use: (key: Uint8Array) => T): T {
  const info = utf8.encode(product);
  const key = new Uint8Array(hkdfSync('sha256', signature, terms.challenge, info, 32));
  try {
    return use(key);
  } finally {
    key.fill(0);
  }
}

/** Wipes neither the passphrase nor the signature. Throws RangeError for a passphrase that is too long. */
export function seal(terms: SealingTerms, signature: Uint8Array, passphrase: SecretBytes): Sealed {
  if (passphrase.length > maxPassphraseBytes) throw new RangeError('passphrase too long to be sealed');
  const padded = secretArray(Math.ceil((2 + passphrase.length) / paddedTo) * paddedTo);
  try {
    padded[0] = passphrase.length >>> 8;
    padded[1] = passphrase.length & 0xff;
    padded.set(passphrase.bytes, 2);
    const nonce = Uint8Array.from(randomBytes(12));
    return withKey(terms, signature, (key) => {
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(termsBytes('seal', terms));
      const parts = [cipher.update(padded), cipher.final(), cipher.getAuthTag()];
      return { nonce, ciphertext: Uint8Array.from(Buffer.concat(parts)) };
    });
  } finally {
    padded.fill(0);
  }
}

/** The passphrase, for the caller to wipe; undefined when anything of it was changed. Does not wipe the signature. */
export function unseal(
  terms: SealingTerms,
  signature: Uint8Array,
  { nonce, ciphertext }: Sealed,
): SecretBytes | undefined {
  const length = ciphertext.length - tagBytes;
  if (nonce.length !== 12 || length < paddedTo || length % paddedTo !== 0) return undefined;
  const padded = withKey(terms, signature, (key) => {
    const options = { authTagLength: tagBytes };
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, options).setAAD(termsBytes('seal', terms));
    const plain = decipher.update(ciphertext.subarray(0, length));
    try {
      decipher.setAuthTag(ciphertext.subarray(length)).final();
      return plain;
    } catch {
      plain.fill(0);
      return undefined;
    }
  });
  if (padded === undefined) return undefined;
  try {
    return SecretBytes.copyOf(padded.subarray(2, 2 + padded.readUInt16BE(0)));
  } finally {
    padded.fill(0);
  }
}
