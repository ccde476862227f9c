// OpenSSH certificates (PROTOCOL.certkeys): the fields after the base key, and the CA's signature.
import type { CryptoOffload } from './crypto-offload.ts';
import type { PublicKey } from './public-key.ts';

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
  /** The CA's key, always plain. */
  readonly signatureKey: PublicKey;
  /** The CA's signature blob. */
  readonly signature: Uint8Array;
  /** The part of the blob that the CA signed. */
  readonly signedBytes: Uint8Array;
}

/** Whether the CA's signature on a certificate is good. Dates, type and principals are the caller's matter. */
export async function verifyCertificate(key: PublicKey, offload: CryptoOffload): Promise<boolean> {
  throw new Error(`being written ${key.bits} ${typeof offload}`);
}
