// Every window of ours: the same shut-tight page settings, and a role for as long as it lives.
import {
  app,
  BrowserWindow,
  type BrowserWindowConstructorOptions,
  nativeTheme,
  type Session,
} from 'electron';
import type { Events } from '../../../ipc/contract/events.ts';
import type { WindowRole } from '../../../ipc/contract/request.ts';
import { pageUrl } from './page-files.ts';

/** What all pages have in common. */
export interface PageHost {
  readonly preloadPath: string;
  /** Hardened, in memory only. */
  readonly session: Session;
  /** The registry that requests are checked against. */
  readonly roles: Map<number, WindowRole>;
}

/** Size, place and looks; page settings are not for callers to choose. */
export type WindowLook = Omit<BrowserWindowConstructorOptions, 'webPreferences' | 'show' | 'backgroundColor'>;

/** A hidden window whose page is being loaded; `show()` it at `ready-to-show`. */
export function openPageWindow(role: WindowRole, look: WindowLook, host: PageHost): BrowserWindow {
  const { preloadPath, session, roles } = host;
  const window = new BrowserWindow({
    ...look,
    // As `--window` of tokens.css: until they have drawn themselves.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#202020' : '#f3f3f3',
    show: false,
    webPreferences: {
      preload: preloadPath,
      session,
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

/** What the system knows the window by: on Windows its HWND. */
export function nativeHandle(window: BrowserWindow): bigint {
  const handle = window.getNativeWindowHandle();
  return handle.length < 8 ? BigInt(handle.readUInt32LE()) : handle.readBigUInt64LE();
}

/** Starts loading the page; a failure is told through the window's `did-fail-load`. */
export function loadPage(window: BrowserWindow, role: WindowRole): void {
  window.loadURL(pageUrl(role)).catch(() => {});
}

/** Tells a window something unasked; says nothing to one that has gone. */
export function tell<N extends keyof Events>(window: BrowserWindow, name: N, payload: Events[N]): void {
  if (!window.isDestroyed() && !window.webContents.isDestroyed()) window.webContents.send(name, payload);
}
