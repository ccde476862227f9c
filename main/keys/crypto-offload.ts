// The port for computations that node:crypto can't do on its thread pool in both runtimes.

import type { Claimant } from '../basics/fair-queue.ts';

export interface Argon2Parameters {
  readonly variant: 'argon2id' | 'argon2i' | 'argon2d';
  readonly memoryKiB: number;
  readonly passes: number;
  readonly parallelism: number;
  readonly salt: Uint8Array;
  /** Length of the result in bytes. */
  readonly length: number;
}

/**
 * Slow work done away from the event loop. Inputs are copied, and the copies are wiped afterwards;
 * every promise rejects with the signal's reason when it is aborted, and the work stops. A claimant's signal
 * counts only while the work waits for its turn among the others'.
 */
export interface CryptoOffload {
  argon2(passphrase: Uint8Array, parameters: Argon2Parameters, signal?: AbortSignal): Promise<Uint8Array>;
  bcryptPbkdf(
    passphrase: Uint8Array,
    salt: Uint8Array,
    rounds: number,
    length: number,
    signal?: AbortSignal,
  ): Promise<Uint8Array>;
  /** Ed448 (RFC 8032, empty context): 57-byte seed to 57-byte public key. */
  ed448PublicKey(seed: Uint8Array): Promise<Uint8Array>;
  /** 114-byte Ed448 signature. */
  ed448Sign(seed: Uint8Array, data: Uint8Array, claimant?: Claimant): Promise<Uint8Array>;
  ed448Verify(
    publicKey: Uint8Array,
    data: Uint8Array,
    signature: Uint8Array,
    claimant?: Claimant,
  ): Promise<boolean>;
  /** ML-DSA-44 (FIPS 204): 32-byte seed to 1312-byte public key. */
  mldsa44PublicKey(seed: Uint8Array): Promise<Uint8Array>;
  /** 2420-byte ML-DSA-44 signature; `context` is up to 255 bytes. */
  mldsa44Sign(
    seed: Uint8Array,
    data: Uint8Array,
    context: Uint8Array,
    claimant?: Claimant,
  ): Promise<Uint8Array>;
  mldsa44Verify(
    publicKey: Uint8Array,
    data: Uint8Array,
    context: Uint8Array,
    signature: Uint8Array,
    claimant?: Claimant,
  ): Promise<boolean>;
  /** 40-byte r‖s over SHA-1 with an RFC 6979 nonce; all numbers big-endian magnitudes. */
  dsaSign(key: DsaNumbers, x: Uint8Array, data: Uint8Array, claimant?: Claimant): Promise<Uint8Array>;
  dsaVerify(key: DsaNumbers, data: Uint8Array, signature: Uint8Array, claimant?: Claimant): Promise<boolean>;
}

export interface DsaNumbers {
  readonly p: Uint8Array;
  readonly q: Uint8Array;
  readonly g: Uint8Array;
  readonly y: Uint8Array;
}
