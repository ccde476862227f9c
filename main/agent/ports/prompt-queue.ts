// One prompt at a time: whoever must ask the person waits for its turn here.
import { toError } from '../protocol/errors.ts';

interface Turn {
  readonly goesFirst: () => boolean;
  readonly begin: () => void;
}

/** A queue of conversations with the person: first in, first out, but for those that go first. */
export class PromptQueue {
  readonly #waiting: Turn[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #log: (line: string) => void;
  #busy = false;

  constructor(log: (line: string) => void = () => {}) {
    this.#log = log;
  }

  /** How many conversations wait behind the one under way. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Calls back when `waiting` has changed; returns the way to stop that. */
  onWaitingChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Runs `conversation` when its turn comes; rejects with the signal's reason if aborted before. `goesFirst` is called
   * whenever a turn is given away: those that answer true come before the others.
   */
  async run<T>(
    signal: AbortSignal,
    conversation: () => Promise<T>,
    goesFirst: () => boolean = () => false,
  ): Promise<T> {
    await this.#takeTurn(signal, goesFirst);
    try {
      // The signal may have been aborted after the turn had come and before this went on.
      signal.throwIfAborted();
      return await conversation();
    } finally {
      this.#busy = false;
      const first = this.#waiting.findIndex((turn) => turn.goesFirst());
      const [next] = this.#waiting.splice(Math.max(first, 0), 1);
      next?.begin();
      if (next) this.#tellListeners();
    }
  }

  #takeTurn(signal: AbortSignal, goesFirst: () => boolean): Promise<void> {
    signal.throwIfAborted();
    if (!this.#busy) {
      this.#busy = true;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        this.#tellListeners();
        reject(signal.reason);
      };
      const turn: Turn = {
        goesFirst,
        begin: () => {
          signal.removeEventListener('abort', leave);
          this.#busy = true;
          resolve();
        },
      };
      this.#waiting.push(turn);
      signal.addEventListener('abort', leave, { once: true });
      this.#tellListeners();
    });
  }

  /** A listener that throws must keep nobody from their turn, nor leave the turn of one who was refused. */
  #tellListeners(): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener();
      } catch (error) {
        this.#log(`whoever is told of waiting prompts failed: ${toError(error).name}`);
      }
    }
  }
}
