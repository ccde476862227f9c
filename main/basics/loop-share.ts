// Small work done on the event loop itself: for so much time in each turn of it, and the rest elsewhere or in later turns.
import { type Claimant, FairQueue } from './fair-queue.ts';
import { monotonicMs } from './monotonic-ms.ts';

/** How time passes; left out: as it does. */
export interface LoopTime {
  /** Milliseconds, with fractions. */
  readonly nowMs: () => number;
  /** Calls back in the next turn of the loop, when all that is ready in this one has been heard. */
  readonly inNextTurn: (begin: () => void) => void;
}

const ownTime: LoopTime = { nowMs: monotonicMs, inNextTurn: (begin) => void setImmediate(begin) };

/** Where there is as much to do in a turn, the loop is the narrow place, and ways to other threads are worth theirs. */
const crowd = 4;

export interface LoopLimits {
  /** Of each turn of the loop, in milliseconds. */
  readonly shareMs: number;
  /** How much may be on its way elsewhere at the same time. */
  readonly elsewhere: number;
}

/** The same, done in two ways. */
export interface SmallWork<T> {
  readonly here: () => T;
  /** On another thread. */
  readonly elsewhere: () => Promise<T>;
}

/** Work that has a turn to wait for; it is told where it is done. */
type Begin = (where: 'here' | 'elsewhere') => void;

/**
 * Work that costs about as much as to hand it to another thread: alone it is done at once, in a crowd on both. What is over
 * the share of a turn and has no place elsewhere waits, in turns as in `Turns`: nobody's crowd holds up the lists of
 * others by more than one share, nor another's work by more than its own round.
 */
export class LoopShare {
  readonly #limits: LoopLimits;
  readonly #time: LoopTime;
  readonly #waiting = new FairQueue<Begin>();
  /** In this turn. */
  #spentMs = 0;
  #asked = 0;
  /** In the turn before. */
  #askedBefore = 0;
  #elsewhere = 0;
  #isTurnEndAwaited = false;

  constructor(limits: LoopLimits, time: LoopTime = ownTime) {
    this.#limits = limits;
    this.#time = time;
  }

  /**
   * What `work` makes: at once where nobody waits and this turn has time left for it, which throws what it throws; else a
   * promise. That is never given up, as it is soon over: whoever does not want it any more leaves what it makes.
   */
  run<T>(claimant: Claimant | undefined, work: SmallWork<T>): T | Promise<T> {
    this.#asked++;
    this.#awaitTurnEnd();
    if (this.#waiting.isEmpty) {
      if (this.#hasRoomElsewhere) return this.#send(work.elsewhere);
      if (this.#hasTime) return this.#spend(work.here);
    }
    const made = this.#wait(claimant, work);
    this.#sendWaiting();
    return made;
  }

  /** Where one who asks alone has it sooner here, there is none. */
  get #hasRoomElsewhere(): boolean {
    return Math.max(this.#asked, this.#askedBefore) > crowd && this.#elsewhere < this.#limits.elsewhere;
  }

  get #hasTime(): boolean {
    return this.#spentMs < this.#limits.shareMs;
  }

  #wait<T>(claimant: Claimant | undefined, { here, elsewhere }: SmallWork<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const begin: Begin = (where) => {
        if (where === 'elsewhere') {
          resolve(this.#send(elsewhere));
          return;
        }
        try {
          resolve(this.#spend(here));
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting.add(begin, claimant);
    });
  }

  #spend<T>(act: () => T): T {
    const sinceMs = this.#time.nowMs();
    try {
      return act();
    } finally {
      this.#spentMs += this.#time.nowMs() - sinceMs;
    }
  }

  #send<T>(act: () => Promise<T>): Promise<T> {
    this.#elsewhere++;
    const made = act();
    const ended = () => {
      this.#elsewhere--;
      this.#sendWaiting();
    };
    made.then(ended, ended);
    return made;
  }

  #sendWaiting(): void {
    while (this.#hasRoomElsewhere) {
      const begin = this.#waiting.take();
      if (begin === undefined) return;
      begin('elsewhere');
    }
  }

  #awaitTurnEnd(): void {
    if (this.#isTurnEndAwaited) return;
    this.#isTurnEndAwaited = true;
    this.#time.inNextTurn(() => {
      this.#isTurnEndAwaited = false;
      this.#spentMs = 0;
      this.#askedBefore = this.#asked;
      this.#asked = 0;
      // First, so that other threads have something to do meanwhile.
      this.#sendWaiting();
      while (this.#hasTime) {
        const begin = this.#waiting.take();
        if (begin === undefined) return;
        this.#awaitTurnEnd();
        begin('here');
      }
    });
  }
}
