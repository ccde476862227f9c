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

  get isIdle(): boolean {
    return !this.#running && !this.#next;
  }

  /** `read`: does the same by means of the one who asks, should it be that one's turn to read. */
  get(read: () => Promise<T> = this.#read): Promise<T> {
    if (!this.#running) return this.#start(read);
    const startNext = () => this.#start(read);
    this.#next ??= this.#running.then(startNext, startNext);
    return this.#next;
  }

  #start(read: () => Promise<T>): Promise<T> {
    this.#next = undefined;
    const running = read().finally(() => {
      if (this.#running === running) this.#running = undefined;
    });
    this.#running = running;
    return running;
  }
}

/** Shared reads of many things, kept for as long as somebody waits for them. */
export class SharedReads<T> {
  readonly #reads = new Map<string, SharedRead<T>>();

  /** What `read` gives, or the same read by another one who asks for `thing`. */
  async get(thing: string, read: () => Promise<T>): Promise<T> {
    const shared = this.#reads.get(thing) ?? new SharedRead(read);
    this.#reads.set(thing, shared);
    try {
      return await shared.get(read);
    } finally {
      if (shared.isIdle) this.#reads.delete(thing);
    }
  }
}
