// Time as the core sees it; a port, so that tests need not wait.

export interface Clock {
  /** Milliseconds since some fixed moment; never runs backwards, and goes on while the machine sleeps. */
  elapsedMs(): number;
  /** Calls back once after `delayMs`, of any size; returns the way to stop that. Never keeps the process alive. */
  schedule(delayMs: number, callback: () => void): () => void;
}

/** Longest delay that setTimeout takes. */
const maxTimerMs = 2 ** 31 - 1;

/** The system's clock. */
export function systemClock(): Clock {
  const wallStartMs = Date.now();
  const monotonicStartMs = performance.now();
  let latestMs = 0;
  const elapsedMs = () => {
    // SECURITY: a monotonic clock may stand still during suspend and a wall clock may be set back;
    // taking the later of the two ends lifetimes too early rather than too late.
    latestMs = Math.max(latestMs, Date.now() - wallStartMs, performance.now() - monotonicStartMs);
    return latestMs;
  };
  const schedule = (delayMs: number, callback: () => void) => {
    const dueMs = elapsedMs() + delayMs;
    let timer: NodeJS.Timeout;
    const wait = () => {
      const restMs = dueMs - elapsedMs();
      if (restMs <= 0) return callback();
      timer = setTimeout(wait, Math.min(Math.ceil(restMs), maxTimerMs)).unref();
    };
    timer = setTimeout(wait, Math.min(Math.max(delayMs, 0), maxTimerMs)).unref();
    return () => clearTimeout(timer);
  };
  return { elapsedMs, schedule };
}
