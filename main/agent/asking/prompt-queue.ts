// One prompt at a time: whoever must ask the person waits for its turn here.
import { Listeners } from '../../basics/listeners.ts';
import { unlessAborted } from '../../basics/waiting.ts';
import { toError } from '../protocol/errors.ts';

/** Those that go first come before those that go second, and both before the others. */
type Precedence = boolean | 'first' | 'second';

interface Turn {
  readonly goesFirst: () => Precedence;
  readonly begin: () => void;
}

/**
 * A queue of conversations with the person: first in, first out, but for those that go first. That is seen when a turn is
 * given away, so this is none of the fair queues.
 */
export class PromptQueue {
  readonly #waiting: Turn[] = [];
  readonly #listeners: Listeners;
  #busy = false;

  constructor(log: (line: string) => void = () => {}) {
    // A listener that throws must keep nobody from their turn, nor leave the turn of one who was refused.
    this.#listeners = new Listeners((error) =>
      log(`whoever is told of waiting prompts failed: ${toError(error).name}`),
    );
  }

  /** How many conversations wait behind the one under way. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Calls back when `waiting` has changed; returns the way to stop that. */
  onWaitingChanged(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /**
   * Runs `conversation` when its turn comes; rejects with the signal's reason if aborted before. `goesFirst` is called
   * whenever a turn is given away; true is `first`.
   */
  async run<T>(
    signal: AbortSignal,
    conversation: () => Promise<T>,
    goesFirst: () => Precedence = () => false,
  ): Promise<T> {
    await this.#takeTurn(signal, goesFirst);
    try {
      // The signal may have been aborted after the turn had come and before this went on.
      signal.throwIfAborted();
      return await conversation();
    } finally {
      this.#busy = false;
      const [next] = this.#waiting.splice(this.#nextIndex(), 1);
      next?.begin();
      if (next) this.#listeners.tell();
    }
  }

  #nextIndex(): number {
    const wishes = this.#waiting.map((turn) => turn.goesFirst());
    const first = wishes.findIndex((wish) => wish === true || wish === 'first');
    return Math.max(first === -1 ? wishes.indexOf('second') : first, 0);
  }

  #takeTurn(signal: AbortSignal, goesFirst: () => Precedence): Promise<void> {
    signal.throwIfAborted();
    if (!this.#busy) {
      this.#busy = true;
      return Promise.resolve();
    }
    return unlessAborted(signal, (resolve) => {
      const turn: Turn = {
        goesFirst,
        begin: () => {
          this.#busy = true;
          resolve();
        },
      };
      this.#waiting.push(turn);
      this.#listeners.tell();
      return () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        this.#listeners.tell();
      };
    });
  }
}
