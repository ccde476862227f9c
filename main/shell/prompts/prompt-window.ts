// The window of a prompt: on the monitor where the person is, on top, focused, hidden from screen capture.
import type { BrowserWindow } from 'electron';
import { Listeners } from '../../basics/listeners.ts';
import type { DesktopFacts } from '../windows/desktop-facts.ts';
import { loadPage, openPageWindow, type PageHost, tell, type WindowLook } from '../windows/page-window.ts';
import { placeAtPointer } from '../windows/window-place.ts';
import type { PromptWindow } from './prompt-window-port.ts';

export interface PromptWindowOptions {
  readonly host: PageHost;
  readonly desktop: Pick<DesktopFacts, 'hasKeyboard' | 'mustPollKeyboard'>;
  /** Hide the window from screenshots and screen sharing. */
  readonly contentProtection: boolean;
  /** Takes one line without secrets. */
  readonly log: (line: string) => void;
}

const size = { width: 560, height: 600 } as const;

/** A person who waits for the window does not notice such a time, and no guard begins too early by it. */
const keyboardLookMs = 100;

/** Follows whether the keyboard is with the window, for as long as that is there; answers what was told last. */
function followKeyboard(
  window: BrowserWindow,
  desktop: PromptWindowOptions['desktop'],
  onChanged: () => void,
): () => boolean {
  let hasKeyboard = false;
  const look = () => {
    const isHere = !window.isDestroyed() && desktop.hasKeyboard(window);
    if (isHere === hasKeyboard) return;
    hasKeyboard = isHere;
    onChanged();
  };
  window.on('focus', look);
  window.on('blur', look);
  const timer = desktop.mustPollKeyboard ? setInterval(look, keyboardLookMs) : undefined;
  window.on('closed', () => clearInterval(timer));
  // Lost since the last look: told of at the next one, but not believed until then.
  return () => hasKeyboard && !window.isDestroyed() && desktop.hasKeyboard(window);
}

function raise(window: BrowserWindow, { hasKeyboard }: PromptWindowOptions['desktop']): void {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.setAlwaysOnTop(true, 'pop-up-menu');
  window.show();
  window.moveTop();
  window.focus();
  // Windows may refuse the focus to a program in the background: then the taskbar button asks for it.
  if (!hasKeyboard(window)) window.flashFrame(true);
}

/** Opens the window; it shows itself when its page is ready. */
export function openPromptWindow(title: string, options: PromptWindowOptions): PromptWindow {
  const { host, desktop, contentProtection, log } = options;
  const look: WindowLook = {
    ...placeAtPointer(size),
    title,
    minWidth: 380,
    minHeight: 320,
    minimizable: false,
    maximizable: false,
    fullscreenable: false,
    alwaysOnTop: true,
  };
  const window = openPageWindow('prompt', look, host);
  const goneListeners = new Listeners();
  /** Nobody is told again, nor of what we do ourselves. */
  let isOver = false;
  const gone = (why: string) => {
    if (isOver) return;
    isOver = true;
    log(`prompt window gone: ${why}`);
    goneListeners.tell();
  };
  // SECURITY (SECURITY.md, "Prompts"): not a boundary against programs on this machine, but screen sharing and
  // screenshots don't show what is asked and how long a passphrase is.
  window.setContentProtection(contentProtection);
  window.once('ready-to-show', () => raise(window, desktop));
  window.on('closed', () => gone('closed'));
  window.webContents.on('render-process-gone', (_event, { reason }) => gone(`renderer ${reason}`));
  window.webContents.on('did-fail-load', (_event, code) => gone(`page not loaded (${code})`));
  const focusListeners = new Listeners();
  const isFocused = followKeyboard(window, desktop, () => {
    if (isFocused()) window.flashFrame(false);
    focusListeners.tell();
  });
  loadPage(window, 'prompt');

  return {
    webContentsId: window.webContents.id,
    get isFocused() {
      return isFocused();
    },
    onFocusChanged: (listener) => void focusListeners.add(listener),
    onGone: (listener) => void goneListeners.add(listener),
    tell: (name, payload) => tell(window, name, payload),
    raise: () => raise(window, desktop),
    destroy() {
      isOver = true;
      if (!window.isDestroyed()) window.destroy();
    },
  };
}
