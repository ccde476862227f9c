// How long a person has for an answer.
import type { Clock } from '../../basics/clock.ts';

/** Runs from the start until it is stopped or over, which it says once. */
export class AnswerTime implements Disposable {
  readonly limitMs: number;
  readonly #clock: Clock;
  readonly #isOver: () => void;
  #endMs = 0;
  #stopTimer = () => {};

  constructor(clock: Clock, limitMs: number, isOver: () => void) {
    this.limitMs = limitMs;
    this.#clock = clock;
    this.#isOver = isOver;
    this.restart();
  }

  /** SECURITY: for a request of this machine, which must not get what others have left of the time. */
  restart(): void {
    this.#stopTimer();
    this.#endMs = this.#clock.elapsedMs() + this.limitMs;
    this.#stopTimer = this.#clock.schedule(this.limitMs, this.#isOver);
  }

  get remainingMs(): number {
    return Math.max(0, this.#endMs - this.#clock.elapsedMs());
  }

  [Symbol.dispose](): void {
    this.#stopTimer();
  }
}
