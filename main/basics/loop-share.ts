// Small work done on the event loop itself: for so much time in each turn of it, and the rest in later turns.
import { type Claimant, FairQueue } from './fair-queue.ts';

/** How time passes; left out: as it does. */
export interface LoopTime {
  /** Milliseconds, with fractions. */
  readonly nowMs: () => number;
  /** Calls back in the next turn of the loop, when all that is ready in this one has been heard. */
  readonly inNextTurn: (begin: () => void) => void;
}

const ownTime: LoopTime = { nowMs: () => performance.now(), inNextTurn: (begin) => void setImmediate(begin) };

/**
 * Work that costs less than to hand it to another thread. What is over the share of a turn waits for a later one, in
 * turns as in `Turns`: nobody's crowd holds up the lists of others by more than one share, nor another's work by more
 * than its own round.
 */
export class LoopShare {
  readonly #shareMs: number;
  readonly #time: LoopTime;
  readonly #waiting = new FairQueue<() => void>();
  /** In this turn. */
  #spentMs = 0;
  #isTurnEndAwaited = false;

  constructor(shareMs: number, time: LoopTime = ownTime) {
    this.#shareMs = shareMs;
    this.#time = time;
  }

  /**
   * What `act` makes: at once where this turn has time left and nobody waits, which throws what it throws; else a promise.
   * That is never given up, as it is soon over: whoever does not want it any more leaves what it makes.
   */
  run<T>(claimant: Claimant | undefined, act: () => T): T | Promise<T> {
    if (this.#waiting.isEmpty && this.#spentMs < this.#shareMs) return this.#spend(act);
    return new Promise((resolve, reject) => {
      const begin = () => {
        try {
          resolve(act());
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting.add(begin, claimant);
    });
  }

  #spend<T>(act: () => T): T {
    this.#awaitTurnEnd();
    const sinceMs = this.#time.nowMs();
    try {
      return act();
    } finally {
      this.#spentMs += this.#time.nowMs() - sinceMs;
    }
  }

  #awaitTurnEnd(): void {
    if (this.#isTurnEndAwaited) return;
    this.#isTurnEndAwaited = true;
    this.#time.inNextTurn(() => {
      this.#isTurnEndAwaited = false;
      this.#spentMs = 0;
      while (this.#spentMs < this.#shareMs) {
        const begin = this.#waiting.take();
        if (begin === undefined) return;
        this.#spend(begin);
      }
    });
  }
}
