// Public key blobs (RFC 4253 §6.6, RFC 5656, RFC 8709) and OpenSSH certificates of them.
import type { Certificate } from './certificate.ts';

export type KeyType = 'rsa' | 'dsa' | 'ecdsa-p256' | 'ecdsa-p384' | 'ecdsa-p521' | 'ed25519' | 'ed448';

/** A checked public key or certificate. */
export interface PublicKey {
  readonly type: KeyType;
  /** The name at the blob's start: the certificate algorithm for a certificate. */
  readonly algorithm: string;
  /** The whole blob; an own copy. */
  readonly blob: Uint8Array;
  /** Size in bits as ssh-keygen counts: the modulus, the field, 256 for Ed25519. */
  readonly bits: number;
  /** The plain key; itself when it is no certificate. */
  readonly base: PublicKey;
  readonly certificate?: Certificate;
}

/**
 * Parses and checks a public key blob, plain or certificate.
 * Throws MalformedMessageError, or UnsupportedKeyError for kinds and sizes this agent does not hold.
 */
export function parsePublicKey(blob: Uint8Array): PublicKey {
  throw new Error(`being written ${blob.length}`);
}
