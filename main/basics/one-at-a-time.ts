// Work of which each waits for the one before.

/** Runs what it is given one at a time, in the order of asking. For what may be given up while it waits there is Turns. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `act` when all before it have ended, whatever came of them; settles as it does. Never within this call. */
  run<T>(act: () => Promise<T>): Promise<T> {
    const result = this.#last.then(act);
    // What came of it is not kept for longer than whoever asked for it keeps it.
    const ended = () => {};
    this.#last = result.then(ended, ended);
    return result;
  }
}
