// Asks for the newest lines of the activity that match the search.
import { ask } from '../store/ask.ts';
import { useWindowStore } from '../store/window-store.ts';

let lastAsked = 0;

/** Only the newest answer counts, whatever the order in which answers come. */
export async function refreshActivity(): Promise<void> {
  const asked = ++lastAsked;
  const { search, limit } = useWindowStore.getState().activity;
  const entries = await ask('activity.list', { search, limit });
  if (entries === undefined || asked !== lastAsked) return;
  useWindowStore.setState(({ activity }) => ({ activity: { ...activity, entries } }));
}

/** Sets the search or the limit and asks again. */
export function searchActivity(change: { readonly search?: string; readonly limit?: number }): void {
  useWindowStore.setState(({ activity }) => ({ activity: { ...activity, ...change } }));
  void refreshActivity();
}
