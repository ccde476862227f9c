// One read for all who ask at about the same time, where a read is dear and must not be old.
import { setTimeout as delay } from 'node:timers/promises';

/** How time passes; left out: as it does. */
export interface ReadTime {
  /** Milliseconds, with fractions. */
  readonly nowMs: () => number;
  readonly wait: (ms: number) => Promise<unknown>;
}

/** How long a read is not begun again. */
export interface Rest {
  /** So many times as long as the last one took. */
  readonly times: number;
  /** And no longer. Milliseconds. */
  readonly mostMs: number;
}

const ownTime: ReadTime = { nowMs: () => performance.now(), wait: (ms) => delay(Math.ceil(ms)) };
const noRest: Rest = { times: 0, mostMs: 0 };

/**
 * Hands out results of `read`, of which at most one runs at a time. Whoever asks gets a read that started after
 * the question, so nothing that was true then is missed; all who ask while one runs, or during the rest after it, share the next one.
 */
export class SharedRead<T> {
  readonly #read: () => Promise<T>;
  readonly #rest: Rest;
  readonly #time: ReadTime;
  #running: Promise<T> | undefined;
  #next: Promise<T> | undefined;
  #restsUntilMs = Number.NEGATIVE_INFINITY;

  constructor(read: () => Promise<T>, rest = noRest, time = ownTime) {
    this.#read = read;
    this.#rest = rest;
    this.#time = time;
  }

  /** Nothing is read, nor waited for, and nobody who asks now would have to wait. */
  get isIdle(): boolean {
    return !this.#running && !this.#next && this.#restMs <= 0;
  }

  /** `read`: does the same by means of the one who asks, should it be that one's turn to read. */
  get(read: () => Promise<T> = this.#read): Promise<T> {
    if (this.#next !== undefined) return this.#next;
    if (!this.#running && this.#restMs <= 0) return this.#start(read);
    const startNext = () => this.#startRested(read);
    this.#next = this.#running !== undefined ? this.#running.then(startNext, startNext) : startNext();
    return this.#next;
  }

  get #restMs(): number {
    return this.#restsUntilMs - this.#time.nowMs();
  }

  #startRested(read: () => Promise<T>): Promise<T> {
    const restMs = this.#restMs;
    return restMs > 0 ? this.#time.wait(restMs).then(() => this.#start(read)) : this.#start(read);
  }

  #start(read: () => Promise<T>): Promise<T> {
    this.#next = undefined;
    const sinceMs = this.#time.nowMs();
    const running = read().finally(() => {
      if (this.#running !== running) return;
      this.#running = undefined;
      const nowMs = this.#time.nowMs();
      this.#restsUntilMs = nowMs + Math.min(this.#rest.mostMs, this.#rest.times * (nowMs - sinceMs));
    });
    this.#running = running;
    return running;
  }
}

/** Things that nobody reads any more are forgotten when there are as many. */
const mostIdle = 16;

/** Shared reads of many things, kept for as long as somebody waits for them, or they rest. */
export class SharedReads<T> {
  readonly #reads = new Map<string, SharedRead<T>>();
  readonly #rest: Rest | undefined;

  constructor(rest?: Rest) {
    this.#rest = rest;
  }

  /** How many things are kept. */
  get size(): number {
    return this.#reads.size;
  }

  /** What `read` gives, or the same read by another one who asks for `thing`. */
  async get(thing: string, read: () => Promise<T>): Promise<T> {
    const shared = this.#reads.get(thing) ?? new SharedRead(read, this.#rest);
    this.#reads.set(thing, shared);
    try {
      return await shared.get(read);
    } finally {
      if (shared.isIdle) this.#reads.delete(thing);
      if (this.#reads.size > mostIdle) this.#forgetIdle();
    }
  }

  #forgetIdle(): void {
    for (const [thing, shared] of this.#reads) if (shared.isIdle) this.#reads.delete(thing);
  }
}
