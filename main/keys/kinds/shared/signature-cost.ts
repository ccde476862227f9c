// What a signature of a kind and size takes here, as it was seen in this process.
import type { PublicKey } from './public-key.ts';

/** What takes less costs more in the way to another thread and back than in itself. */
const smallMs = 0.1;
/** One that is tried on the event loop takes no longer there than it did, way and all, on the thread pool. */
const longestTrialMs = 2;
/** The first finds code and data cold. */
const trials = 4;
/** Nobody notices to wait for one. */
const briefMs = 4;

export class SignatureCost {
  #poolMs = Number.POSITIVE_INFINITY;
  #loopMs = Number.POSITIVE_INFINITY;
  #triedOnLoop = 0;

  /**
   * Whether it is made on the event loop. SECURITY: only where that was seen to hold nobody up: the first of a kind are made
   * on the thread pool, whatever their name.
   */
  get isSmall(): boolean {
    return this.#triedOnLoop < trials ? this.#poolMs <= longestTrialMs : this.#loopMs <= smallMs;
  }

  /** What one takes on the thread pool, way and all, at its best; Infinity before the first. */
  get poolMs(): number {
    return this.#poolMs;
  }

  /** Whether who comes next may well wait for one. */
  get isBrief(): boolean {
    return this.#poolMs <= briefMs;
  }

  /** One was made on the thread pool: its time, way and all. */
  notePool(ms: number): void {
    if (ms < this.#poolMs) this.#poolMs = ms;
  }

  /** One was made on the event loop. */
  noteLoop(ms: number): void {
    this.#triedOnLoop++;
    if (ms < this.#loopMs) this.#loopMs = ms;
  }
}

const costs = new Map<string, SignatureCost>();

/** Shared by all keys of the kind and size. */
export function signatureCost({ type, bits }: PublicKey): SignatureCost {
  const kind = `${type} ${bits}`;
  const cost = costs.get(kind) ?? new SignatureCost();
  costs.set(kind, cost);
  return cost;
}
