// Looks out for the moment when the agent is unlocked, for one request that came before.
import { RefusedError } from '../protocol/errors.ts';
import type { AgentLock } from './agent-lock.ts';

export class UnlockWatch implements Disposable {
  /**
   * Resolves with what the next lock aborts, as it was at the moment of the unlock. SECURITY: so that a lock ends the request
   * that comes right after the unlock, before the request has gone on. Rejects with RefusedError when a program locks the
   * agent, or it ends.
   */
  readonly unlocked: Promise<AbortSignal>;
  #isOver = false;
  #stop = () => {};

  /** `sealed` makes the signal that the next lock aborts; `closing` is aborted when the agent ends. */
  constructor(lock: AgentLock, sealed: () => AbortSignal, closing: AbortSignal) {
    this.unlocked = new Promise((resolve, reject) => {
      const fail = (reason: unknown) => {
        this[Symbol.dispose]();
        reject(reason);
      };
      const changed = () => {
        const { isPaused, isLockedByClient } = lock.state;
        if (isLockedByClient) return fail(new RefusedError('the agent was locked by a program'));
        if (isPaused) return;
        this[Symbol.dispose]();
        resolve(sealed());
      };
      const ending = () => fail(closing.reason);
      const stopListening = lock.onChanged(changed);
      closing.addEventListener('abort', ending, { once: true });
      this.#stop = () => {
        stopListening();
        closing.removeEventListener('abort', ending);
      };
      if (closing.aborted) ending();
    });
    // Nobody may be waiting for it.
    this.unlocked.catch(() => {});
  }

  /** Whether `unlocked` has settled, or nobody looks out any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#stop();
  }
}
