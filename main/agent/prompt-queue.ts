// One prompt at a time: whoever must ask the person waits for its turn here.

interface Turn {
  readonly begin: () => void;
}

/** A first-in, first-out queue of conversations with the person. */
export class PromptQueue {
  readonly #waiting: Turn[] = [];
  readonly #listeners = new Set<() => void>();
  #busy = false;

  /** How many conversations wait behind the one under way. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Calls back when `waiting` has changed; returns the way to stop that. */
  onWaitingChanged(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs `conversation` when all earlier ones have ended; rejects with the signal's reason if aborted before. */
  async run<T>(signal: AbortSignal, conversation: () => Promise<T>): Promise<T> {
    await this.#takeTurn(signal);
    try {
      // The signal may have been aborted after the turn had come and before this went on.
      signal.throwIfAborted();
      return await conversation();
    } finally {
      this.#busy = false;
      const next = this.#waiting.shift();
      next?.begin();
      if (next) this.#tellListeners();
    }
  }

  #takeTurn(signal: AbortSignal): Promise<void> {
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

  #tellListeners(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}
