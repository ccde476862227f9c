// Guesses at the lock passphrase: whose is tried next, how many there may be in all, and who waits for a failure.
import type { Clock } from './clock.ts';
import { toError } from './errors.ts';

const delayStepMs = 100;
const maxDelayMs = 10_000;
/**
 * One connection fails 50 + t / 10 times in t seconds, once its delays have grown to 10 s. All together may fail as
 * often: 50 times at once, and again each 10 s.
 */
const maxFailuresAtOnce = 50;
const refillMs = maxDelayMs;

interface Guess {
  /** Aborted when the client has gone. */
  readonly client: AbortSignal;
  readonly begin: () => void;
}

/**
 * Tries one guess at a time, of each connection at most one ahead of another's. SECURITY: a wrong one delays the next
 * of its own connection, and those of all connections together only once there were too many.
 */
export class GuessQueue {
  readonly #clock: Clock;
  #waiting: readonly Guess[] = [];
  #isTrying = false;
  #failures = new WeakMap<AbortSignal, number>();
  /** When all failures so far are made up for, on the clock's scale. */
  #evenAtMs = Number.NEGATIVE_INFINITY;
  #stopTimer: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves with what `attempt` says, when it is wrong after 0.1 s more with each failure of this client up to 10 s.
   * Rejects with what `attempt` throws, which counts as no failure, and with the client's reason when it leaves the
   * queue.
   */
  async run(client: AbortSignal, attempt: () => Promise<boolean>): Promise<boolean> {
    await this.#takeTurn(client);
    try {
      client.throwIfAborted();
      if (await attempt()) {
        this.#failures = new WeakMap();
        return true;
      }
      this.#noteFailure(client);
    } finally {
      this.#isTrying = false;
      this.#next();
    }
    await this.#delay(client);
    return false;
  }

  #takeTurn(client: AbortSignal): Promise<void> {
    client.throwIfAborted();
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== guess);
        reject(toError(client.reason));
      };
      const begin = () => {
        client.removeEventListener('abort', leave);
        resolve();
      };
      const guess: Guess = { client, begin };
      client.addEventListener('abort', leave, { once: true });
      this.#waiting = [...this.#waiting, guess];
      this.#next();
    });
  }

  /** Those who failed least go first, and among them who came first. */
  #next(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const [first, ...others] = this.#waiting;
    if (this.#isTrying || first === undefined) return;
    const waitMs = this.#evenAtMs - (maxFailuresAtOnce - 1) * refillMs - this.#clock.elapsedMs();
    if (waitMs > 0) {
      this.#stopTimer = this.#clock.schedule(waitMs, () => this.#next());
      return;
    }
    const next = others.reduce(
      (best, guess) => (this.#failuresOf(guess.client) < this.#failuresOf(best.client) ? guess : best),
      first,
    );
    this.#waiting = this.#waiting.filter((guess) => guess !== next);
    this.#isTrying = true;
    next.begin();
  }

  #failuresOf(client: AbortSignal): number {
    return this.#failures.get(client) ?? 0;
  }

  #noteFailure(client: AbortSignal): void {
    this.#failures.set(client, this.#failuresOf(client) + 1);
    this.#evenAtMs = Math.max(this.#evenAtMs, this.#clock.elapsedMs()) + refillMs;
  }

  #delay(client: AbortSignal): Promise<void> {
    const delayMs = Math.min(this.#failuresOf(client) * delayStepMs, maxDelayMs);
    return new Promise((resolve) => {
      if (client.aborted) return resolve();
      const stopTimer = this.#clock.schedule(delayMs, () => {
        client.removeEventListener('abort', gone);
        resolve();
      });
      const gone = () => {
        stopTimer();
        resolve();
      };
      client.addEventListener('abort', gone, { once: true });
    });
  }
}
