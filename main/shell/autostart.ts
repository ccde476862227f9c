// Start at login, as the settings say.
import { app } from 'electron';

/** Tells the system; does nothing for a program that is not installed, whose path is a developer's Electron. */
export function setStartAtLogin(isWanted: boolean): void {
  if (!app.isPackaged) return;
  app.setLoginItemSettings({ openAtLogin: isWanted, args: ['--at-login'] });
}
