// A stand-in for the `electron` module: the real main bundle runs in Node, each BrowserWindow is a page of a real
// Chromium, and the real preload runs there in an isolated world. Each part refuses what Electron refuses.
import './control.ts';

export { app } from './app.ts';
export { BrowserWindow } from './browser-window.ts';
export { clipboard, dialog, nativeTheme, powerMonitor, screen } from './desktop.ts';
export { ipcMain } from './ipc-main.ts';
export { Menu } from './menu.ts';
export { nativeImage } from './native-image.ts';
export { Notification } from './notification.ts';
export { protocol, session } from './session.ts';
export { Tray } from './tray.ts';
export { utilityProcess } from './utility-process.ts';
export { StandInBaseWindow as BaseWindow } from './windows-desktop.ts';
