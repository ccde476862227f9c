// Asks for the newest lines of the activity that match the search, and how keys were offered.
import type { ActivityFilter } from '../../../ipc/contract/activity.ts';
import { ask } from '../store/ask.ts';
import { useWindowStore } from '../store/window-store.ts';

/** The lists behind the latest requests; each comes before the request that used a key of it. */
async function refreshOffers(): Promise<void> {
  const offers = await ask('offers.list', {});
  if (offers !== undefined) useWindowStore.setState({ offers });
}

let lastAsked = 0;

/** Only the newest answer counts, whatever the order in which answers come. */
export async function refreshActivity(): Promise<void> {
  void refreshOffers();
  const asked = ++lastAsked;
  const { search, limit, only } = useWindowStore.getState().activity;
  const isFiltered = Object.keys(only).length > 0;
  const entries = await ask('activity.list', { search, limit, ...(isFiltered && { only }) });
  if (entries === undefined || asked !== lastAsked) return;
  useWindowStore.setState(({ activity }) => ({ activity: { ...activity, entries } }));
}

/** Sets the search or the limit and asks again. */
export function searchActivity(change: {
  readonly search?: string;
  readonly limit?: number;
  readonly only?: ActivityFilter;
}): void {
  useWindowStore.setState(({ activity }) => ({ activity: { ...activity, ...change } }));
  void refreshActivity();
}
