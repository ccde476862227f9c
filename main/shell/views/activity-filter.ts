// Which entries of the activity the person wants to see.
import type { ActivityFilter, ActivityView } from '../../../ipc/contract/activity.ts';

/** Whether the entry is one of those. `nowMs` is the time of day. */
export function isWanted(entry: ActivityView, only: ActivityFilter, nowMs: number): boolean {
  const { fingerprint, who, whereTo, answer, lastMinutes } = only;
  if (fingerprint !== undefined && entry.fingerprint !== fingerprint) return false;
  if (who !== undefined && entry.who.text !== who) return false;
  if (whereTo !== undefined && entry.whereTo.text !== whereTo) return false;
  if (answer !== undefined && entry.answer !== answer) return false;
  return lastMinutes === undefined || Date.parse(entry.time) >= nowMs - lastMinutes * 60_000;
}
