// One prompt at a time: whoever must ask the person waits for its turn here.

interface Turn {
  readonly begin: () => void;
}

/** A first-in, first-out queue of conversations with the person. */
export class PromptQueue {
  readonly #waiting: Turn[] = [];
  #busy = false;

  /** Runs `conversation` when all earlier ones have ended; rejects with the signal's reason if aborted before. */
  async run<T>(signal: AbortSignal, conversation: () => Promise<T>): Promise<T> {
    await this.#takeTurn(signal);
    try {
      return await conversation();
    } finally {
      this.#busy = false;
      this.#waiting.shift()?.begin();
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
    });
  }
}
