// A point in time: how long ago it was while that is what matters, and to the second for who asks.
import { useNow } from '../store/use-now.ts';
import { useWindowStore } from '../store/window-store.ts';
import { agoText, timeFormats } from '../words/time-text.ts';

const renewEveryMs = 20_000;

/** Writes times (ISO 8601) as the person does. */
export function useTimeText(): (iso: string) => string {
  return timeFormats(useWindowStore(({ main }) => main?.locale)).time;
}

export function Time({ iso }: { readonly iso: string }) {
  const { time, precise } = timeFormats(useWindowStore(({ main }) => main?.locale));
  // Drawn anew as time passes.
  useNow(renewEveryMs, true);
  return (
    <time className="small quiet" dateTime={iso} title={precise(iso)}>
      {agoText(iso, Date.now()) ?? time(iso)}
    </time>
  );
}
