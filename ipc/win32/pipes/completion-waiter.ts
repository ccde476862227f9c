// One thread of the pool waits for all doors: a thread for each would leave none for signing (libuv has four).
import { kernel32 } from '../libraries/kernel32.ts';
import type { Handle } from '../libraries/native-library.ts';
import { lastWin32Error } from '../libraries/win32-error.ts';

const INFINITE = 0xffff_ffff;

/** Told that some overlapped operation may have completed; looks which, and must not throw. */
export type CompletionListener = () => void;

/**
 * Overlapped operations of any number share this waiter's one event. The system clears the event whenever
 * an operation on it starts, so who starts one must call `wake()` afterwards: the listeners then look for
 * completions that the clearing has hidden.
 */
export class CompletionWaiter {
  readonly #listeners = new Set<CompletionListener>();
  #event: Handle | undefined;
  #idle: Promise<void> = Promise.resolve();
  /** Ends with the wait that goes on now. */
  #wait: Promise<void> = Promise.resolve();

  /** The event to put into OVERLAPPED.hEvent. Auto-reset: a wait that ends takes the signal with it. */
  get event(): Handle {
    if (this.#event === undefined) {
      // SAFETY: an unnamed event of ours.
      const event = kernel32().CreateEventW(null, 0, 0, null);
      if (event === null) throw lastWin32Error('CreateEventW');
      this.#event = event;
    }
    return this.#event;
  }

  add(listener: CompletionListener): void {
    this.#listeners.add(listener);
    if (this.#listeners.size > 1) return;
    // A wait that is about to end sees that there is work again, or we follow it.
    this.#idle = this.#idle.then(() => this.#waitWhileNeeded());
  }

  /** Resolves when nothing is pending for this listener that would keep the process from ending. */
  async remove(listener: CompletionListener): Promise<void> {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
    this.wake();
    // Not until all waits are over: a listener that is added meanwhile goes on with the next one.
    await this.#wait;
  }

  /** Makes all listeners look. */
  wake(): void {
    // SAFETY: the event is never closed.
    if (this.#event !== undefined) kernel32().SetEvent(this.#event);
  }

  async #waitWhileNeeded(): Promise<void> {
    // process.exit() waits for the pool's threads, so the last thing it does before must end the wait.
    const release = () => this.wake();
    process.once('exit', release);
    while (this.#listeners.size > 0) {
      this.#wait = this.#waitOnce();
      await this.#wait;
      for (const listener of [...this.#listeners]) listener();
    }
    process.off('exit', release);
  }

  #waitOnce(): Promise<void> {
    const { event } = this;
    return new Promise((resolve) => {
      // SAFETY: the event is never closed.
      kernel32().WaitForSingleObject.async(event, INFINITE, () => resolve());
    });
  }
}

/** The waiter of this process. */
export const completionWaiter = new CompletionWaiter();
