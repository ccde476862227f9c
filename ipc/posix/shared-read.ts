// One read for all who ask at about the same time, where a read is dear and must not be old.

/**
 * Hands out results of `read`, of which at most one runs at a time. Whoever asks gets a read that started after
 * the question, so nothing that was true then is missed; all who ask while one runs share the next one.
 */
export class SharedRead<T> {
  readonly #read: () => Promise<T>;
  #running: Promise<T> | undefined;
  #next: Promise<T> | undefined;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  get(): Promise<T> {
    if (!this.#running) return this.#start();
    const startNext = () => this.#start();
    this.#next ??= this.#running.then(startNext, startNext);
    return this.#next;
  }

  #start(): Promise<T> {
    this.#next = undefined;
    const running = this.#read().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}
