// Why and when the agent ends.
import { exitCode } from '../../parts/command.ts';
import { exitCodeOfSignal, type StopSignal, StopSignals } from './stop-signals.ts';

/** `asked`: by a program of the person, over a connection. */
export type EndingReason = StopSignal | 'asked' | 'internal-error';

/** setInterval takes no more. */
const longestIntervalMs = 2 ** 31 - 1;

/** Takes the stop signals, and keeps the process alive, from its making on; the first reason counts. */
export class Ending implements Disposable {
  readonly #controller = new AbortController();
  readonly #signals = new StopSignals((signal) => this.reach(signal));
  /** A door that is degraded keeps no process alive, and nor do the timers by which it is tried again. */
  readonly #stayAlive = setInterval(() => {}, longestIntervalMs);
  #reason: EndingReason | undefined;

  get reason(): EndingReason | undefined {
    return this.#reason;
  }

  /** Aborted when the end is reached: for prompts and computations. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get reached(): Promise<void> {
    return new Promise((resolve) => {
      if (this.signal.aborted) resolve();
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  reach(reason: EndingReason): void {
    this.#reason ??= reason;
    this.#controller.abort();
  }

  ignoreSignals(): void {
    this.#signals[Symbol.dispose]();
  }

  /**
   * Ends the process by the signal that it was asked to end with: its parent and systemd tell that from a
   * failure. Otherwise, or until the signal arrives, answers with the exit code.
   */
  finish(): number {
    this.ignoreSignals();
    switch (this.#reason) {
      case undefined:
      case 'internal-error':
        return exitCode.failed;
      case 'asked':
        return exitCode.ok;
      default:
        // Windows has no signals to end by: Node would end the process there and then, with the exit code 1.
        if (process.platform !== 'win32') process.kill(process.pid, this.#reason);
        return exitCodeOfSignal(this.#reason);
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#stayAlive);
    this.ignoreSignals();
  }
}
