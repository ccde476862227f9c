// Why and when the agent ends.
import { exitCode } from './command.ts';
import { exitCodeOfSignal, type StopSignal, StopSignals } from './stop-signals.ts';

/** Takes the stop signals from its making on; the first reason counts. */
export class Ending implements Disposable {
  readonly #controller = new AbortController();
  readonly #signals = new StopSignals((signal) => this.reach(signal));
  #reason: StopSignal | 'internal-error' | undefined;

  get reason(): StopSignal | 'internal-error' | undefined {
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

  reach(reason: StopSignal | 'internal-error'): void {
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
    const reason = this.#reason ?? 'internal-error';
    if (reason === 'internal-error') return exitCode.failed;
    process.kill(process.pid, reason);
    return exitCodeOfSignal(reason);
  }

  [Symbol.dispose](): void {
    this.ignoreSignals();
  }
}
