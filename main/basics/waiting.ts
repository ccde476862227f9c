// Waits that end: with what is waited for, when nobody wants it any more, or when it takes too long.
import type { Clock } from './clock.ts';

/** Lets everything go first that waits for the event loop. */
export const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Resolves or rejects as `begin` makes it; rejects with the reason of `signal` when that is aborted before. `begin` is
 * not called when it is aborted already, and may return how to undo what it did: called before that rejection, and free
 * to settle the wait in another way. On a signal that outlives the wait nothing is left.
 */
export function unlessAborted<T>(
  signal: AbortSignal | undefined,
  begin: (resolve: (value: T) => void, reject: (reason: unknown) => void) => (() => unknown) | undefined,
): Promise<T> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    let isSettled = false;
    let undo: (() => unknown) | undefined;
    const leave = () => {
      undo?.();
      reject(signal?.reason);
    };
    const settling =
      <V>(settle: (value: V) => void) =>
      (value: V) => {
        isSettled = true;
        signal?.removeEventListener('abort', leave);
        settle(value);
      };
    undo = begin(settling(resolve), settling(reject));
    if (isSettled || !signal) return;
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  });
}

/** The timers of the process, which is not kept alive by them. */
const timers: Pick<Clock, 'schedule'> = {
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs).unref();
    return () => clearTimeout(timer);
  },
};

/**
 * Settles as `work` does, but when that takes longer than `limitMs`, as `tooLate` does; it is not called else. `work` goes
 * on, and what comes of it then is lost.
 */
export async function withinLimit<T, L>(
  work: Promise<T>,
  limitMs: number,
  tooLate: () => L | Promise<L>,
  clock: Pick<Clock, 'schedule'> = timers,
): Promise<T | L> {
  let stop = () => {};
  const limit = new Promise<void>((resolve) => {
    stop = clock.schedule(limitMs, resolve);
  });
  try {
    return await Promise.race([work, limit.then(tooLate)]);
  } finally {
    stop();
  }
}

/** Looks whether `isTrue`, now and again and again `everyMs` later; resolves to false when it is not within `limitMs`. */
export async function becomesTrue(isTrue: () => boolean, everyMs: number, limitMs: number): Promise<boolean> {
  const endMs = performance.now() + limitMs;
  while (!isTrue()) {
    if (performance.now() >= endMs) return false;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return true;
}
