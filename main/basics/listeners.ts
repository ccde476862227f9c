// Listeners to something that changes.

export class Listeners<T extends readonly unknown[] = []> {
  readonly #listeners = new Set<(...news: T) => void>();
  readonly #failed: ((error: unknown) => void) | undefined;

  /** With `failed`, which is given what a listener throws, the others are called all the same; without it `tell` throws. */
  constructor(failed?: (error: unknown) => void) {
    this.#failed = failed;
  }

  /** Calls back from now on; returns the way to stop that. */
  add(listener: (...news: T) => void): () => void {
    // Wrapped, so that the same function may listen twice and stop once.
    const own = (...news: T) => listener(...news);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Calls all who listen now, in the order of adding, but who stops meanwhile. */
  tell(...news: T): void {
    for (const listener of [...this.#listeners])
      if (this.#listeners.has(listener)) this.#call(listener, news);
  }

  #call(listener: (...news: T) => void, news: T): void {
    try {
      listener(...news);
    } catch (error: unknown) {
      if (!this.#failed) throw error;
      this.#failed(error);
    }
  }
}
