// Whether the window is too low for all that stays beside the facts.
import { useSyncExternalStore } from 'react';

/** As in the style sheets, which can't be asked. */
const condensed = matchMedia('(max-height: 27rem)');

function subscribe(listener: () => void): () => void {
  condensed.addEventListener('change', listener);
  return () => condensed.removeEventListener('change', listener);
}

/** True where facts and choices scroll together, and only the key, the field and the buttons stay. */
export function useIsCondensed(): boolean {
  return useSyncExternalStore(subscribe, () => condensed.matches);
}
