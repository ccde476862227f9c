// A clock for times left; it ticks only while somebody looks.
import { useEffect, useState } from 'react';

/** `performance.now()`, renewed every `everyMs` while `isNeeded`. */
export function useNow(everyMs: number, isNeeded: boolean): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!isNeeded) return;
    const tick = () => setNow(performance.now());
    tick();
    const timer = setInterval(tick, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, isNeeded]);
  return now;
}
