// After a burst of requests V8 and the C library keep what they needed for it, although hardly any of it is in use.
import { forgetAllNow } from './forget-dropped-keys.ts';

const lookMs = 500;
/** Of processor time between two looks: with more than that the burst goes on. */
const busyMs = 50;
/** Of processor time in all: for less than that nothing is given back, which takes some fifty milliseconds itself. */
const burstMs = 1000;

function usedProcessorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * What is to be called when a client comes; when it and all others have become quiet after much work, or after the start,
 * memory is given back. Nothing is looked at while nobody comes.
 */
export function giveMemoryBackAfterWork(giveBack = forgetAllNow, processorMs = usedProcessorMs): () => void {
  // The start was a burst of its own: a sixth of what it leaves in use is nothing but that.
  let sinceMs = Number.NEGATIVE_INFINITY;
  let isLooking = false;
  const look = (beforeMs: number) => {
    const nowMs = processorMs();
    if (nowMs - beforeMs > busyMs) return lookSoon();
    isLooking = false;
    if (nowMs - sinceMs < burstMs) return;
    giveBack();
    sinceMs = processorMs();
  };
  const lookSoon = () => {
    isLooking = true;
    const nowMs = processorMs();
    setTimeout(() => look(nowMs), lookMs).unref();
  };
  return () => {
    if (!isLooking) lookSoon();
  };
}
