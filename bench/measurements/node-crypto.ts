// What signatures cost without an agent around them.
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { KeyKind } from '../keys/bench-keys.ts';
import type { CryptoOrder, CryptoResult } from './crypto-thread.ts';

export const nodeCrypto = 'node:crypto';

/** One thread that signs for so many milliseconds. */
export async function bareSignatures(kind: KeyKind, ms: number): Promise<CryptoResult> {
  const workerData: CryptoOrder = { kind, ms };
  const worker = new Worker(new URL('./crypto-thread.ts', import.meta.url), { workerData });
  const [result] = (await once(worker, 'message')) as [CryptoResult];
  return result;
}

/** Signatures a second by as many threads as there are cores. */
export async function bareSignaturesOnAllCores(kind: KeyKind, ms: number): Promise<{ value: number }> {
  const threads = Array.from({ length: availableParallelism() }, () => bareSignatures(kind, ms));
  const results = await Promise.all(threads);
  return { value: results.reduce((sum, { perSecond }) => sum + perSecond, 0) };
}
