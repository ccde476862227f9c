// Bounds how much of one kind of work runs at the same time; the rest waits in order.

export class Turns {
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** `places` is how many may run at the same time. */
  constructor(places: number) {
    this.#free = places;
  }

  /** Runs `work` when its turn comes; settles as it does. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The place is handed on, so that nobody who comes just now takes it.
      if (next) next();
      else this.#free++;
    }
  }
}
