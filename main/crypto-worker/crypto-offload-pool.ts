// CryptoOffload on worker threads.
import { availableParallelism } from 'node:os';
import type { Claimant } from '../basics/fair-queue.ts';
import type { CryptoOffload } from '../keys/crypto-offload.ts';
import { WorkerPool, type WorkerPoolOptions } from './worker-pool.ts';

export interface CryptoOffloadPool extends CryptoOffload {
  /** Ends all workers; pending and later calls reject. */
  close(): Promise<void>;
}

/** Starts no thread until the first call. */
export function createCryptoOffload(options: Partial<WorkerPoolOptions> = {}): CryptoOffloadPool {
  // Two at least, so that a file whose derivation takes minutes does not hold up another one.
  const defaults = { maxWorkers: Math.max(2, Math.min(4, availableParallelism() - 1)), idleMs: 2_000 };
  // Two pools, so that a signature never waits behind the key derivation of somebody else's file.
  const derivations = new WorkerPool({ ...defaults, ...options });
  const signatures = new WorkerPool({ ...defaults, ...options });
  const sign = (
    operation: 'ed448PublicKey' | 'ed448Sign' | 'mldsa44PublicKey' | 'mldsa44Sign' | 'dsaSign',
    args: PoolArguments,
    claimant?: Claimant,
  ) => signatures.run(operation, args, undefined, claimant) as Promise<Uint8Array>;
  const verify = (
    operation: 'ed448Verify' | 'mldsa44Verify' | 'dsaVerify',
    args: PoolArguments,
    claimant?: Claimant,
  ) => signatures.run(operation, args, undefined, claimant) as Promise<boolean>;
  return {
    argon2: (passphrase, parameters, signal) =>
      derivations.run('argon2', [passphrase, { ...parameters }], signal) as Promise<Uint8Array>,
    bcryptPbkdf: (passphrase, salt, rounds, length, signal) =>
      derivations.run('bcryptPbkdf', [passphrase, salt, rounds, length], signal) as Promise<Uint8Array>,
    ed448PublicKey: (seed) => sign('ed448PublicKey', [seed]),
    ed448Sign: (seed, data, claimant) => sign('ed448Sign', [seed, data], claimant),
    ed448Verify: (publicKey, data, signature, claimant) =>
      verify('ed448Verify', [publicKey, data, signature], claimant),
    mldsa44PublicKey: (seed) => sign('mldsa44PublicKey', [seed]),
    mldsa44Sign: (seed, data, context, claimant) => sign('mldsa44Sign', [seed, data, context], claimant),
    mldsa44Verify: (publicKey, data, context, signature, claimant) =>
      verify('mldsa44Verify', [publicKey, data, context, signature], claimant),
    dsaSign: (key, x, data, claimant) => sign('dsaSign', [{ ...key }, x, data], claimant),
    dsaVerify: (key, data, signature, claimant) =>
      verify('dsaVerify', [{ ...key }, data, signature], claimant),
    async close() {
      await Promise.all([derivations.close(), signatures.close()]);
    },
  };
}

type PoolArguments = Parameters<WorkerPool['run']>[1];
