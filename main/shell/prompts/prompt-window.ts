// The windows of prompts: on the monitor where the person is, on top, hidden from screen capture.
import type { BrowserWindow } from 'electron';
import type { Events } from '../../../ipc/contract/events.ts';
import { Listeners } from '../../basics/listeners.ts';
import type { DesktopFacts } from '../windows/desktop-facts.ts';
import {
  loadPage,
  nativeHandle,
  openPageWindow,
  type PageHost,
  tell,
  type WindowLook,
} from '../windows/page-window.ts';
import { placeAtPointer, placeInCorner } from '../windows/window-place.ts';
import type { PromptWindow, TellingWindow } from './prompt-window-port.ts';

export interface PromptWindowOptions {
  readonly host: PageHost;
  readonly desktop: Pick<DesktopFacts, 'hasKeyboard' | 'mustPollKeyboard'>;
  /** Hide the window from screenshots and screen sharing. */
  readonly contentProtection: boolean;
  /** Takes one line without secrets. */
  readonly log: (line: string) => void;
}

/** Where it is and what it is called. */
type PromptPlace = ReturnType<typeof placeAtPointer> & { readonly title: string };

const size = { width: 560, height: 600 } as const;
const waitSize = { width: 480, height: 480 } as const;

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

/** What all of them have, whatever it looks like and however it comes before the person. */
function openWindow(place: PromptPlace, { host, contentProtection, log }: PromptWindowOptions) {
  const look: WindowLook = {
    ...place,
    // The frame of Windows 11 takes 16 and 39 of them: pages are tested at 380 × 320, and at half of that for 200 %.
    minWidth: 396,
    minHeight: 360,
    minimizable: false,
    maximizable: false,
    fullscreenable: false,
    alwaysOnTop: true,
  };
  const window = openPageWindow('prompt', look, host);
  const goneListeners = new Set<(isByPerson: boolean) => void>();
  /** Nobody is told again, nor of what we do ourselves. */
  let isOver = false;
  const gone = (why: string, isByPerson: boolean) => {
    if (isOver) return;
    isOver = true;
    log(`prompt window gone: ${why}`);
    for (const listener of goneListeners) listener(isByPerson);
  };
  // SECURITY (SECURITY.md, "Prompts"): not a boundary against programs on this machine, but screen sharing and
  // screenshots don't show what is asked and how long a passphrase is.
  window.setContentProtection(contentProtection);
  window.on('closed', () => gone('closed', true));
  window.webContents.on('render-process-gone', (_event, { reason }) => gone(`renderer ${reason}`, false));
  window.webContents.on('did-fail-load', (_event, code) => gone(`page not loaded (${code})`, false));
  const common = {
    webContentsId: window.webContents.id,
    // Before any page is loaded, which would find no question where this fails.
    handle: nativeHandle(window),
    onGone: (listener: (isByPerson: boolean) => void) => void goneListeners.add(listener),
    tell: <N extends keyof Events>(name: N, payload: Events[N]) => tell(window, name, payload),
    destroy() {
      isOver = true;
      if (!window.isDestroyed()) window.destroy();
    },
  };
  return { window, common };
}

/** Opens the window of a question; it shows itself when its page is ready. */
export function openPromptWindow(title: string, options: PromptWindowOptions): PromptWindow {
  const { desktop } = options;
  const { window, common } = openWindow({ ...placeAtPointer(size), title }, options);
  window.once('ready-to-show', () => raise(window, desktop));
  const focusListeners = new Listeners();
  const isFocused = followKeyboard(window, desktop, () => {
    if (isFocused()) window.flashFrame(false);
    focusListeners.tell();
  });
  loadPage(window, 'prompt');
  return {
    ...common,
    get isFocused() {
      return isFocused();
    },
    onFocusChanged: (listener) => void focusListeners.add(listener),
    raise: () => raise(window, desktop),
    makeWay(isDialogOpen) {
      if (!window.isDestroyed()) window.setAlwaysOnTop(!isDialogOpen, 'pop-up-menu');
    },
  };
}

/** Opens the window that tells what waits, where it covers no dialog of the system; hidden until it is to appear. */
export function openWaitWindow(options: PromptWindowOptions): TellingWindow {
  const place = { ...placeInCorner(waitSize), title: 'A signature waits for you' };
  const { window, common } = openWindow(place, options);
  let isReady = false;
  let isWanted = false;
  const appear = () => {
    if (!isReady || !isWanted || window.isDestroyed() || window.isVisible()) return;
    window.setAlwaysOnTop(true, 'pop-up-menu');
    // What is typed belongs to the dialog of the system, or to whatever the person works in; and a security key may
    // type, too, when it is touched.
    window.showInactive();
  };
  window.once('ready-to-show', () => {
    isReady = true;
    appear();
  });
  loadPage(window, 'prompt');
  return {
    ...common,
    appear() {
      isWanted = true;
      appear();
    },
    hide() {
      isWanted = false;
      if (!window.isDestroyed()) window.hide();
    },
    raise: () => raise(window, options.desktop),
  };
}
