// After a "no": how long the same request is answered "no" at once, so that a program that asks again and again is quiet.
import { BoundedMap } from '../../basics/bounded-map.ts';
import type { Clock } from '../../basics/clock.ts';

export interface BackOffSteps {
  /** So many noes in a row cost nothing. */
  readonly freeNoes: number;
  readonly firstMs: number;
  /** Each further "no" doubles the time up to this. */
  readonly maxMs: number;
  /** After so long without a "no" all is forgotten. */
  readonly forgetMs: number;
}

interface Noes {
  readonly count: number;
  readonly lastMs: number;
}

const maxEntries = 1000;

export class BackOff {
  readonly #clock: Clock;
  readonly #steps: BackOffSteps;
  /** Ordered by the time of the last "no". */
  readonly #noes = new BoundedMap<string, Noes>(maxEntries);

  constructor(clock: Clock, steps: BackOffSteps) {
    this.#clock = clock;
    this.#steps = steps;
  }

  isQuiet(id: string): boolean {
    const noes = this.#current(id);
    return noes !== undefined && this.#clock.elapsedMs() < noes.lastMs + this.#quietMs(noes.count);
  }

  /**
   * The person said no, or did not answer. False when the request is quiet already: several requests that got the
   * same answer count as one.
   */
  noteNo(id: string): boolean {
    if (this.isQuiet(id)) return false;
    const count = (this.#current(id)?.count ?? 0) + 1;
    this.#noes.set(id, { count, lastMs: this.#clock.elapsedMs() });
    return true;
  }

  /** The person said yes, now or for the next time. */
  forget(id: string): void {
    this.#noes.delete(id);
  }

  clear(): void {
    this.#noes.clear();
  }

  #current(id: string): Noes | undefined {
    const noes = this.#noes.get(id);
    return noes && this.#clock.elapsedMs() < noes.lastMs + this.#steps.forgetMs ? noes : undefined;
  }

  #quietMs(count: number): number {
    const { freeNoes, firstMs, maxMs } = this.#steps;
    return count <= freeNoes ? 0 : Math.min(firstMs * 2 ** (count - freeNoes - 1), maxMs);
  }
}
