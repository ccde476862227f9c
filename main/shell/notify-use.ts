// Tells the person that a key was used, where they want that, with the same four answers as a prompt.
import { Notification } from 'electron';
import type { Settings } from '../../ipc/contract/settings.ts';
import { insideQuotes } from '../../text/foreign-text.ts';
import { type Activity, wantsNotification } from '../agent/consent/activity.ts';
import { destinationFact, purposeFact, whoFact } from './requester-view.ts';

const maxComment = 80;
/** The newest ones can be clicked: also from Windows' list of missed ones, of which nobody says when it is emptied. */
const maxClickable = 20;

/** Starts notifying; `onClick` opens the activity. Returns the way to stop. */
export function notifyUse(
  activity: Pick<Activity, 'onAdded'>,
  settings: () => Settings,
  onClick: () => void,
): () => void {
  // Electron gives a notification up, click and all, when it is collected as garbage.
  const shown: Notification[] = [];
  return activity.onAdded((entry) => {
    if (!wantsNotification(entry, settings().notifyOnUse) || !Notification.isSupported()) return;
    const { key, requester } = entry;
    const who = whoFact(requester.pid, requester.process).text;
    const whatFor = purposeFact(requester.purpose).text;
    const whereTo = destinationFact(requester.destination, requester.purpose).text;
    const name = key.comment === '' ? key.fingerprint : `“${insideQuotes(key.comment, maxComment)}”`;
    const notification = new Notification({
      title: entry.firstUseBy.length > 0 ? 'A key was used in a new way' : 'A key was used',
      body: `${who}: ${whatFor}. To: ${whereTo}. Key: ${name}`,
      silent: true,
    });
    notification.on('click', onClick);
    notification.show();
    shown.push(notification);
    if (shown.length > maxClickable) shown.shift();
  });
}
