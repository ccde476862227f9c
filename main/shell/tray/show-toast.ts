// Short messages to the person: in Windows' list of notifications, or as a balloon of the tray icon.
import { Notification } from 'electron';
import { mustUseBalloon } from './toast-identity.ts';
import type { TrayIcon } from './tray.ts';

/** Shows one; `onClick` may come long after, from the list of missed ones. */
export type ShowToast = (title: string, body: string, onClick: () => void) => void;

/** The newest ones can be clicked: nobody says when the list of missed ones is emptied. */
const maxClickable = 20;

function notifications(): ShowToast {
  // Electron gives a notification up, click and all, when it is collected as garbage.
  const shown: Notification[] = [];
  return (title, body, onClick) => {
    if (!Notification.isSupported()) return;
    const notification = new Notification({ title, body, silent: true });
    notification.on('click', onClick);
    notification.show();
    shown.push(notification);
    if (shown.length > maxClickable) shown.shift();
  };
}

/** Says nothing to the system before the first one is shown. */
export function toasts(tray: Pick<TrayIcon, 'showBalloon'>): ShowToast {
  return mustUseBalloon()
    ? (title, body, onClick) => tray.showBalloon(title, body, onClick)
    : notifications();
}
