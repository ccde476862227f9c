// Places for connections, of which no process can take the last ones.

export class FairPlaces {
  readonly #max: number;
  #taken = 0;
  readonly #counts = new Map<number | undefined, number>();

  constructor(max: number) {
    this.#max = max;
  }

  /** How many the process has. */
  takenBy(pid: number | undefined): number {
    return this.#counts.get(pid) ?? 0;
  }

  /**
   * A place, until what this gives is called, once. Undefined when its process has as many as are still free: so nobody takes the last
   * ones, and each that takes all it can leaves half of them to the next. Processes that are not known are one.
   */
  take(pid: number | undefined): (() => void) | undefined {
    if (this.takenBy(pid) >= this.#max - this.#taken) return undefined;
    this.#change(pid, 1);
    return () => this.#change(pid, -1);
  }

  #change(pid: number | undefined, by: 1 | -1): void {
    this.#taken += by;
    const count = this.takenBy(pid) + by;
    if (count > 0) this.#counts.set(pid, count);
    else this.#counts.delete(pid);
  }
}
