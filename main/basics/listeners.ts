// Listeners to something that changes.

export class Listeners<T extends readonly unknown[] = []> {
  readonly #listeners = new Set<(...news: T) => void>();

  /** Calls back from now on; returns the way to stop that. */
  add(listener: (...news: T) => void): () => void {
    // Wrapped, so that the same function may listen twice and stop once.
    const own = (...news: T) => listener(...news);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  tell(...news: T): void {
    for (const listener of [...this.#listeners]) listener(...news);
  }
}
