// Guesses at the lock passphrase: whose is tried next, how many there may be in all, and who waits for a failure.
import { BoundedMap } from '../../basics/bounded-map.ts';
import type { Clock } from '../../basics/clock.ts';
import { unlessAborted } from '../../basics/waiting.ts';
import { timeLimits } from '../limits/time-limits.ts';

const { guessDelayStepMs: delayStepMs, maxGuessDelayMs: maxDelayMs } = timeLimits;
/**
 * One connection fails 50 + t / 10 times in t seconds, once its delays have grown to 10 s. All together may fail as
 * often: 50 times at once, and again each 10 s.
 */
const maxFailuresAtOnce = 50;
/** Kept for processes that have not failed, so that another one's guesses, by however many connections, never hold them up. */
const maxFirstFailuresAtOnce = maxFailuresAtOnce + 10;
const refillMs = maxDelayMs;
const maxProcesses = 1000;

/** Who guesses. */
export interface Guesser {
  /** Aborted when the client has gone. */
  readonly client: AbortSignal;
  /** Undefined where it is not known: then the connection counts alone. */
  readonly pid?: number | undefined;
}

interface Guess {
  readonly guesser: Guesser;
  readonly begin: () => void;
}

/**
 * Tries one guess at a time: those of processes that failed least first, and of one process those of the connection that
 * did. SECURITY: a wrong one delays the next of its own connection, and those of all together only once there were too
 * many.
 */
export class GuessQueue {
  readonly #clock: Clock;
  #waiting: readonly Guess[] = [];
  #isTrying = false;
  #failures = new WeakMap<AbortSignal, number>();
  /** By process; who failed longest ago is first. */
  readonly #failuresOfProcesses = new BoundedMap<number, number>(maxProcesses);
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
  async run(guesser: Guesser, attempt: () => Promise<boolean>): Promise<boolean> {
    const { client } = guesser;
    await this.#takeTurn(guesser);
    try {
      client.throwIfAborted();
      if (await attempt()) {
        this.#failures = new WeakMap();
        this.#failuresOfProcesses.clear();
        return true;
      }
      this.#noteFailure(guesser);
    } finally {
      this.#isTrying = false;
      this.#next();
    }
    await this.#delay(client);
    return false;
  }

  #takeTurn(guesser: Guesser): Promise<void> {
    return unlessAborted(guesser.client, (begin) => {
      const guess: Guess = { guesser, begin };
      this.#waiting = [...this.#waiting, guess];
      this.#next();
      return () => {
        this.#waiting = this.#waiting.filter((other) => other !== guess);
      };
    });
  }

  /** Those who failed least go first, and among them who came first. */
  #next(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    const [first, ...others] = this.#waiting;
    if (this.#isTrying || first === undefined) return;
    const next = others.reduce(
      (best, guess) => (this.#goesBefore(guess.guesser, best.guesser) ? guess : best),
      first,
    );
    const { pid } = next.guesser;
    const isFirst = pid !== undefined && !this.#failuresOfProcesses.has(pid);
    const most = isFirst ? maxFirstFailuresAtOnce : maxFailuresAtOnce;
    const waitMs = this.#evenAtMs - (most - 1) * refillMs - this.#clock.elapsedMs();
    if (waitMs > 0) {
      this.#stopTimer = this.#clock.schedule(waitMs, () => this.#next());
      return;
    }
    this.#waiting = this.#waiting.filter((guess) => guess !== next);
    this.#isTrying = true;
    next.begin();
  }

  #failuresOf(client: AbortSignal): number {
    return this.#failures.get(client) ?? 0;
  }

  #failuresOfProcess({ pid, client }: Guesser): number {
    return pid === undefined ? this.#failuresOf(client) : (this.#failuresOfProcesses.get(pid) ?? 0);
  }

  #goesBefore(a: Guesser, b: Guesser): boolean {
    const more = this.#failuresOfProcess(a) - this.#failuresOfProcess(b);
    return more === 0 ? this.#failuresOf(a.client) < this.#failuresOf(b.client) : more < 0;
  }

  #noteFailure(guesser: Guesser): void {
    const { client, pid } = guesser;
    const ofProcess = this.#failuresOfProcess(guesser);
    this.#failures.set(client, this.#failuresOf(client) + 1);
    if (pid !== undefined) this.#failuresOfProcesses.set(pid, ofProcess + 1);
    this.#evenAtMs = Math.max(this.#evenAtMs, this.#clock.elapsedMs()) + refillMs;
  }

  async #delay(client: AbortSignal): Promise<void> {
    const delayMs = Math.min(this.#failuresOf(client) * delayStepMs, maxDelayMs);
    await unlessAborted<void>(client, (resolve) => this.#clock.schedule(delayMs, resolve)).catch(() => {});
  }
}
