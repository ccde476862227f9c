// The window of a prompt: on the monitor where the person is, on top, focused, hidden from screen capture.
import { type BrowserWindow, nativeTheme } from 'electron';
import { loadPage, openPageWindow, type PageHost, tell, type WindowLook } from './page-window.ts';
import type { PromptWindow } from './prompt-window-port.ts';
import { placeAtPointer } from './window-place.ts';

export interface PromptWindowOptions {
  readonly host: PageHost;
  /** Hide the window from screenshots and screen sharing. */
  readonly contentProtection: boolean;
  /** Takes one line without secrets. */
  readonly log: (line: string) => void;
}

const size = { width: 560, height: 600 } as const;

function raise(window: BrowserWindow): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.setAlwaysOnTop(true, 'pop-up-menu');
  window.show();
  window.moveTop();
  window.focus();
  // Windows may refuse the focus to a program in the background: then the taskbar button asks for it.
  if (!window.isFocused()) window.flashFrame(true);
}

/** Opens the window; it shows itself when its page is ready. */
export function openPromptWindow(title: string, options: PromptWindowOptions): PromptWindow {
  const { host, contentProtection, log } = options;
  const look: WindowLook = {
    ...placeAtPointer(size),
    title,
    minWidth: 380,
    minHeight: 320,
    minimizable: false,
    maximizable: false,
    fullscreenable: false,
    alwaysOnTop: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#202020' : '#f3f3f3',
  };
  const window = openPageWindow('prompt', look, host);
  const goneListeners = new Set<() => void>();
  const gone = (why: string) => {
    if (goneListeners.size === 0) return;
    log(`prompt window gone: ${why}`);
    for (const listener of [...goneListeners]) listener();
    goneListeners.clear();
  };
  // SECURITY (SECURITY.md, "Prompts"): not a boundary against programs on this machine, but screen sharing and
  // screenshots don't show what is asked and how long a passphrase is.
  window.setContentProtection(contentProtection);
  window.once('ready-to-show', () => raise(window));
  window.on('closed', () => gone('closed'));
  window.webContents.on('render-process-gone', (_event, { reason }) => gone(`renderer ${reason}`));
  window.webContents.on('did-fail-load', (_event, code) => gone(`page not loaded (${code})`));
  window.on('focus', () => window.flashFrame(false));
  loadPage(window, 'prompt');

  return {
    webContentsId: window.webContents.id,
    get isFocused() {
      return !window.isDestroyed() && window.isFocused();
    },
    onFocusChanged(listener) {
      window.on('focus', listener);
      window.on('blur', listener);
    },
    onGone: (listener) => void goneListeners.add(listener),
    tell: (name, payload) => tell(window, name, payload),
    raise: () => raise(window),
    destroy() {
      goneListeners.clear();
      if (!window.isDestroyed()) window.destroy();
    },
  };
}
