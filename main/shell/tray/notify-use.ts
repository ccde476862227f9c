// Tells the person that a key was used, where they want that, with the same four answers as a prompt.
import type { Settings } from '../../../ipc/contract/settings.ts';
import { insideQuotes } from '../../../text/foreign-text.ts';
import { type Activity, wantsNotification } from '../../agent/consent/activity/activity.ts';
import { destinationFact, purposeFact, whoFact } from '../views/requester-view.ts';
import type { ShowToast } from './show-toast.ts';

const maxComment = 80;

/** Starts notifying; `onClick` opens the activity. Returns the way to stop. */
export function notifyUse(
  activity: Pick<Activity, 'onAdded'>,
  settings: () => Settings,
  show: ShowToast,
  onClick: () => void,
): () => void {
  return activity.onAdded((entry) => {
    if (!wantsNotification(entry, settings().notifyOnUse)) return;
    const { key, requester } = entry;
    const who = whoFact(requester).text;
    const whatFor = purposeFact(requester.purpose).text;
    const whereTo = destinationFact(requester.destination, requester.purpose).text;
    const name = key.comment === '' ? key.fingerprint : `“${insideQuotes(key.comment, maxComment)}”`;
    show(
      entry.firstUseBy.length > 0 ? 'A key was used in a new way' : 'A key was used',
      `${who}: ${whatFor}. To: ${whereTo}. Key: ${name}`,
      onClick,
    );
  });
}
