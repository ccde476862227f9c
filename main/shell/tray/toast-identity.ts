// What a notification of Windows needs to be ours, also when it is clicked in the list of missed ones.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { app } from 'electron';

/**
 * The COM class that Windows calls for a click. Electron writes it into the user's registry and into the Start menu's
 * shortcut as soon as anybody asks for its notifications (windows_toast_activator.cc in its
 * shell/browser/notifications/win), and makes another one up at each start that does not name one. The uninstaller
 * takes it away (build/installer.nsh).
 */
export const toastActivatorClsid = '{8B986D12-87BB-44B8-8552-18DC15E5288D}';

/** Only the installed program has the command beside it. */
export const isInstalled = (): boolean => existsSync(join(process.resourcesPath, 'cli'));

/**
 * A program that is not installed must leave nothing behind on Windows: it asks nothing of Electron's notifications,
 * not even whether there are any, which writes the same. The tray icon's balloon writes nothing.
 */
export const mustUseBalloon = (): boolean => process.platform === 'win32' && !isInstalled();

/** Names the program to Windows; before Electron is ready, as its notifications may be asked for then. */
export function setToastIdentity(): void {
  app.setAppUserModelId('io.sallyport.app');
  if (process.platform === 'win32') app.setToastActivatorCLSID(toastActivatorClsid);
}
