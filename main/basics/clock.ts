// Time as the core sees it; a port, so that tests need not wait.
import { monotonicMs } from './monotonic-ms.ts';

export interface Clock {
  /** Milliseconds since some fixed moment; never runs backwards, and goes on while the machine sleeps. */
  elapsedMs(): number;
  /** Calls back once after `delayMs`, of any size; returns the way to stop that. Never keeps the process alive. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/**
 * Longest that a pending timer goes without a look at both clocks: a time of day that was set back takes as much from a
 * sleep after it as nobody looked in between. Far below what setTimeout takes at most.
 */
const longestStepMs = 60_000;

/** No machine sleeps for less, and the two clocks are not read in the same moment. */
const leastSleepMs = 1000;

export interface TimeSources {
  /** The time of day, which may be set. */
  readonly wallMs: () => number;
  /** Never set, but it may stand still while the machine sleeps. */
  readonly monotonicMs: () => number;
}

const systemTime: TimeSources = { wallMs: () => Date.now(), monotonicMs };

/** The system's clock. */
export function systemClock({ wallMs, monotonicMs }: TimeSources = systemTime): Clock {
  const startMs = monotonicMs();
  let leadMs = wallMs() - startMs;
  let sleptMs = 0;
  const elapsedMs = () => {
    // SECURITY: what the wall clock gains on the monotonic one was slept through, or it was set forward: lifetimes end
    // too early rather than too late. What it loses it was set back by, and that counts for nothing: the later of the
    // two clocks would stand still until the other comes up to it.
    const nowMs = monotonicMs();
    const leadNowMs = wallMs() - nowMs;
    if (leadNowMs > leadMs + leastSleepMs) sleptMs += leadNowMs - leadMs;
    if (leadNowMs < leadMs || leadNowMs > leadMs + leastSleepMs) leadMs = leadNowMs;
    return nowMs - startMs + sleptMs;
  };
  const schedule = (delayMs: number, callback: () => void) => {
    const dueMs = elapsedMs() + delayMs;
    let timer: NodeJS.Timeout;
    const wait = () => {
      const restMs = dueMs - elapsedMs();
      if (restMs <= 0) return callback();
      timer = setTimeout(wait, Math.min(Math.ceil(restMs), longestStepMs)).unref();
    };
    timer = setTimeout(wait, Math.min(Math.max(delayMs, 0), longestStepMs)).unref();
    return () => clearTimeout(timer);
  };
  return { elapsedMs, schedule };
}
