// Work of which each waits for the one before, and which is done at once where there is nothing to wait for.

export class InOrder {
  /** Settles when all that was given is done; undefined when it is. */
  #last: Promise<unknown> | undefined;

  /**
   * Runs `act` when all before it have ended, whatever came of them: within this call when they have. Gives what it
   * gives, or throws. `act` must not come back here before it returns.
   */
  run<T>(act: () => T | Promise<T>): T | Promise<T> {
    const result = this.#last === undefined ? act() : this.#last.then(act);
    if (!(result instanceof Promise)) return result;
    const ended = () => {
      if (this.#last === last) this.#last = undefined;
    };
    // What came of it is not kept for longer than whoever asked for it keeps it.
    const last = result.then(ended, ended);
    this.#last = last;
    return result;
  }
}
