// Every window of ours: the same shut-tight page settings, and a role for as long as it lives.
import { app, BrowserWindow, type BrowserWindowConstructorOptions } from 'electron';
import type { Events, WindowRole } from '../../ipc/contract/contract.ts';
import { pageUrl } from './page-files.ts';

export interface PageWindowOptions {
  readonly role: WindowRole;
  /** Size, place and looks; page settings are not for callers to choose. */
  readonly look: Omit<BrowserWindowConstructorOptions, 'webPreferences' | 'show'>;
  readonly preloadPath: string;
  /** The registry that requests are checked against. */
  readonly roles: Map<number, WindowRole>;
}

/** A hidden window whose page is being loaded; `show()` it at `ready-to-show`. */
export function openPageWindow({ role, look, preloadPath, roles }: PageWindowOptions): BrowserWindow {
  const window = new BrowserWindow({
    ...look,
    show: false,
    webPreferences: {
      preload: preloadPath,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      spellcheck: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      devTools: !app.isPackaged,
    },
  });
  const { id } = window.webContents;
  roles.set(id, role);
  window.on('closed', () => roles.delete(id));
  window.removeMenu();
  return window;
}

/** Starts loading the page; a failure is told through the window's `did-fail-load`. */
export function loadPage(window: BrowserWindow, role: WindowRole): void {
  window.loadURL(pageUrl(role)).catch(() => {});
}

/** Tells a window something unasked; says nothing to one that has gone. */
export function tell<N extends keyof Events>(window: BrowserWindow, name: N, payload: Events[N]): void {
  if (!window.isDestroyed() && !window.webContents.isDestroyed()) window.webContents.send(name, payload);
}
