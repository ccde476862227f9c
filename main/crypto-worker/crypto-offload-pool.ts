// CryptoOffload on worker threads.
import type { CryptoOffload } from '../keys/crypto-offload.ts';

export interface CryptoOffloadPool extends CryptoOffload {
  /** Ends all workers; pending and later calls reject. */
  close(): Promise<void>;
}

/** Starts no thread until the first call. */
export function createCryptoOffload(): CryptoOffloadPool {
  throw new Error('being written');
}
