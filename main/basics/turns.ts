// Bounds how much work runs at the same time; the rest waits, and nobody can take all places.
import { type Claimant, FairQueue } from './fair-queue.ts';
import { unlessAborted } from './waiting.ts';

export interface TurnLimits {
  /** How much may run at the same time. */
  readonly places: number;
  /** How many of the places dear work may take; fewer, so that cheap work never waits behind dear. */
  readonly dearPlaces: number;
}

/** What takes a place. */
export interface Work {
  /** What is worked with. Of its places one is always left to the others. */
  readonly key: unknown;
  /** Takes so long that a person would notice waiting for it. */
  readonly isDear: boolean;
  readonly claimant?: Claimant | undefined;
}

interface WaitingWork {
  readonly work: Work;
  readonly begin: () => void;
}

export class Turns {
  readonly #limits: TurnLimits;
  readonly #waiting = { cheap: new FairQueue<WaitingWork>(), dear: new FairQueue<WaitingWork>() };
  readonly #running = new Set<Work>();

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /**
   * Runs `act` when its turn comes; settles as it does. `work` is an object of its own for each call. Rejects with
   * the reason of the claimant's signal when that is aborted before, and then `act` is never called.
   */
  async run<T>(work: Work, act: () => Promise<T>): Promise<T> {
    const signal = this.#mayRun(work) ? undefined : work.claimant?.signal();
    await this.#takeTurn(work, signal);
    try {
      // It may have been aborted after the turn had come and before this went on.
      signal?.throwIfAborted();
      return await act();
    } finally {
      this.#running.delete(work);
      this.#beginNext();
    }
  }

  #takeTurn(work: Work, signal: AbortSignal | undefined): Promise<void> {
    if (this.#mayRun(work)) {
      this.#running.add(work);
      return Promise.resolve();
    }
    const queue = work.isDear ? this.#waiting.dear : this.#waiting.cheap;
    return unlessAborted(signal, (begin) => {
      const waiting: WaitingWork = { work, begin };
      queue.add(waiting, work.claimant);
      return () => queue.remove(waiting, work.claimant);
    });
  }

  #beginNext(): void {
    for (let next = this.#takeNext(); next; next = this.#takeNext()) {
      // At once, so that nobody who comes just now takes the place.
      this.#running.add(next.work);
      next.begin();
    }
  }

  /** Cheap work goes first, but for one dear at a time: a flood of cheap work must not keep that away for ever. */
  #takeNext(): WaitingWork | undefined {
    const mayRun = ({ work }: WaitingWork) => this.#mayRun(work);
    const { cheap, dear } = this.#waiting;
    const first = this.#countRunning((work) => work.isDear) === 0 ? dear.take(mayRun) : undefined;
    return first ?? cheap.take(mayRun) ?? dear.take(mayRun);
  }

  #mayRun(work: Work): boolean {
    const { places, dearPlaces } = this.#limits;
    const running = this.#running.size;
    if (running >= places) return false;
    if (work.isDear && this.#countRunning((other) => other.isDear) >= dearPlaces) return false;
    const placesOfKind = work.isDear ? dearPlaces : places;
    return this.#countRunning((other) => other.key === work.key) < Math.max(1, placesOfKind - 1);
  }

  #countRunning(matches: (work: Work) => boolean): number {
    let count = 0;
    for (const work of this.#running) if (matches(work)) count++;
    return count;
  }
}
