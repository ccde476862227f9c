// Work that other threads do soon, one piece after the other, handed over before they need it.
import { type Claimant, FairQueue } from './fair-queue.ts';

export interface BacklogLimits {
  /** Of the time that the pieces take, all together. */
  readonly ms: number;
  readonly pieces: number;
}

/**
 * Threads that find the next piece where they have ended one, need not wait until the event loop has woken and run. What is
 * over the limits waits here, in turns as in `Turns`; whoever needs one of the threads waits behind no more than the limits.
 */
export class Backlog {
  readonly #limits: BacklogLimits;
  readonly #waiting = new FairQueue<{ readonly takesMs: number; readonly begin: () => void }>();
  #ms = 0;
  #pieces = 0;

  constructor(limits: BacklogLimits) {
    this.#limits = limits;
  }

  /**
   * Settles as `act` does, which is called in its turn: within this call where that is now. Nothing is taken out that waits,
   * as it is soon over: who may not want it any more sees to that in `act`.
   */
  run<T>(claimant: Claimant | undefined, takesMs: number, act: () => Promise<T>): Promise<T> {
    if (this.#waiting.isEmpty && this.#hasRoomFor(takesMs)) return this.#begin(takesMs, act);
    return new Promise((resolve) => {
      this.#waiting.add({ takesMs, begin: () => resolve(this.#begin(takesMs, act)) }, claimant);
    });
  }

  /** Alone a piece may take as long as it does. */
  #hasRoomFor(takesMs: number): boolean {
    const { ms, pieces } = this.#limits;
    return this.#pieces === 0 || (this.#pieces < pieces && this.#ms + takesMs <= ms);
  }

  #begin<T>(takesMs: number, act: () => Promise<T>): Promise<T> {
    this.#pieces++;
    this.#ms += takesMs;
    const made = act();
    const ended = () => {
      this.#pieces--;
      this.#ms -= takesMs;
      this.#beginNext();
    };
    made.then(ended, ended);
    return made;
  }

  #beginNext(): void {
    for (;;) {
      const next = this.#waiting.take(({ takesMs }) => this.#hasRoomFor(takesMs));
      if (next === undefined) return;
      next.begin();
    }
  }
}
