// Start at login, as the settings say.
import { app } from 'electron';
import { isInstalled } from '../../programs/is-installed.ts';

/**
 * What stays when the program ends. The portable program runs from a folder that is made anew at each start, and
 * hands down its own file in a variable; so does any other portable program that starts the installed one, which
 * therefore must not believe it.
 */
function lastingProgram(): string {
  const portable = process.env['PORTABLE_EXECUTABLE_FILE'];
  return portable && !isInstalled(process.resourcesPath) ? portable : process.execPath;
}

// In quotes, since Windows would take “C:\Users\First Last\…” for the program C:\Users\First. Electron takes them off
// and writes its own, but without them looks up by that first part (FormatCommandLineString and
// GetLoginItemSettingsHelper in its shell/browser/browser_win.cc).
const loginItem = () => ({ path: `"${lastingProgram()}"`, args: ['--at-login'] });

/** What Windows says; undefined elsewhere, where Electron has no answer, and for a program that is not installed. */
export function startsAtLogin(): boolean | undefined {
  if (!app.isPackaged || process.platform !== 'win32') return undefined;
  const { openAtLogin, executableWillLaunchAtLogin } = app.getLoginItemSettings(loginItem());
  // Who has disabled it in the Task Manager is not started, whatever is registered.
  return openAtLogin && executableWillLaunchAtLogin !== false;
}

/** Tells the system; does nothing for a program that is not installed, whose path is a developer's Electron. */
export function setStartAtLogin(isWanted: boolean): void {
  if (!app.isPackaged) return;
  const item = loginItem();
  // Written anew, it would be enabled again for those who have disabled it in the Task Manager.
  if (isWanted && app.getLoginItemSettings(item).openAtLogin) return;
  app.setLoginItemSettings({ openAtLogin: isWanted, ...item });
}
