// What a notification of Windows needs to be ours, also when it is clicked in the list of missed ones.
import { app } from 'electron';
import { isInstalled } from '../../programs/is-installed.ts';

/**
 * The COM class that Windows calls for a click. Electron writes it into the user's registry and into the Start menu's
 * shortcut as soon as anybody asks for its notifications (windows_toast_activator.cc in its
 * shell/browser/notifications/win), and makes another one up at each start that does not name one. The uninstaller
 * takes it away (build/installer.nsh).
 */
export const toastActivatorClsid = '{8B986D12-87BB-44B8-8552-18DC15E5288D}';

/**
 * A program that is not installed must leave nothing behind on Windows: it asks nothing of Electron's notifications,
 * not even whether there are any, which writes the same. The tray icon's balloon writes nothing.
 */
export const mustUseBalloon = (): boolean =>
  process.platform === 'win32' && !isInstalled(process.resourcesPath);

/** Names the program to Windows; before Electron is ready, as its notifications may be asked for then. */
export function setToastIdentity(): void {
  app.setAppUserModelId('io.sallyport.app');
  if (process.platform === 'win32') app.setToastActivatorCLSID(toastActivatorClsid);
}
