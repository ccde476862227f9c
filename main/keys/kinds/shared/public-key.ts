// What a checked public key is, and the certificate that it may be.
import type { KeyType } from './key-types.ts';

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

/** A public key or certificate of a kind that can't be checked here: its name and its bytes, an own copy. */
export interface UncheckedPublicKey {
  readonly algorithm: string;
  readonly blob: Uint8Array;
}

/** A critical option or extension: its name and its data as they stand in the certificate. */
export interface CertificateOption {
  readonly name: string;
  readonly data: Uint8Array;
}

export interface Certificate {
  readonly serial: bigint;
  readonly type: 'user' | 'host';
  readonly keyId: string;
  readonly principals: readonly string[];
  /** Seconds since 1970-01-01, inclusive. */
  readonly validAfter: bigint;
  /** Seconds since 1970-01-01, exclusive; 2^64 - 1 is forever. */
  readonly validBefore: bigint;
  readonly criticalOptions: readonly CertificateOption[];
  readonly extensions: readonly CertificateOption[];
  /** The CA's key, always plain; undefined when it is of a kind we can't verify with. */
  readonly signatureKey: PublicKey | undefined;
  /** The CA's key as it stands in the certificate. */
  readonly signatureKeyBlob: Uint8Array;
  /** The CA's signature blob. */
  readonly signature: Uint8Array;
  /** The part of the blob that the CA signed. */
  readonly signedBytes: Uint8Array;
}

/** Whether a key was parsed and checked. */
export function isChecked(key: PublicKey | UncheckedPublicKey): key is PublicKey {
  return 'base' in key;
}
