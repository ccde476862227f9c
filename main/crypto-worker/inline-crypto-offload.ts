// The slow computations themselves, on the calling thread: what the worker runs, and what tests may use.
import type { CryptoOffload } from '../keys/crypto-offload.ts';

export const inlineCryptoOffload: CryptoOffload = undefined as unknown as CryptoOffload;
