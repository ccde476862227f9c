// The window with the keys: at most one, made when asked for and gone when closed; the program stays in the tray.
import type { BrowserWindow } from 'electron';
import type { Events } from '../../../ipc/contract/events.ts';
import type { Destination } from '../../../ipc/contract/program.ts';
import { loadPage, openPageWindow, type PageHost, tell, type WindowLook } from './page-window.ts';
import { placeAtPointer } from './window-place.ts';

const size = { width: 1060, height: 680 } as const;

export interface KeyWindowOptions {
  readonly host: PageHost;
  /** False while a prompt is open: the passphrase being typed there must not land here. */
  readonly mayTakeFocus: () => boolean;
  /** Takes one line without secrets. */
  readonly log: (line: string) => void;
}

export class KeyWindow {
  readonly #options: KeyWindowOptions;
  #window: BrowserWindow | undefined;
  /** Whether the page listens: what it is told before is lost. */
  #isPageReady = false;
  /** Where to go once it does. */
  #pending: Destination | undefined;

  constructor(options: KeyWindowOptions) {
    this.#options = options;
  }

  /** Undefined while the window is closed. */
  get browserWindow(): BrowserWindow | undefined {
    return this.#window;
  }

  /** Brings the window before the person, at `destination`. */
  show(destination?: Destination): void {
    if (this.#window === undefined) this.#open();
    else this.#present(this.#window);
    if (destination) this.#go(destination);
  }

  /** The page asks for its state, so it listens now; where it is to go it hears after the answer. */
  pageIsReady(): void {
    this.#isPageReady = true;
    setImmediate(() => {
      if (this.#pending) this.#go(this.#pending);
    });
  }

  /** Tells the page, if one listens; else nothing is worked out for it. */
  tell<N extends keyof Events>(name: N, payload: () => Events[N]): void {
    if (this.#window && this.#isPageReady) tell(this.#window, name, payload());
  }

  #go(destination: Destination): void {
    this.#pending = this.#isPageReady ? undefined : destination;
    this.tell('view.show', () => destination);
  }

  #present(window: BrowserWindow): void {
    if (window.isDestroyed()) return;
    if (!this.#options.mayTakeFocus()) {
      window.showInactive();
      return;
    }
    // Only here: restoring takes the focus, too.
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  #open(): void {
    const { host, log } = this.#options;
    const look: WindowLook = {
      title: 'Sallyport',
      ...placeAtPointer(size),
      minWidth: 420,
      minHeight: 360,
    };
    const window = openPageWindow('keys', look, host);
    this.#window = window;
    this.#isPageReady = false;
    this.#pending = undefined;
    window.once('ready-to-show', () => this.#present(window));
    window.on('closed', () => {
      if (this.#window === window) this.#window = undefined;
    });
    // A crashed page shows nothing any more: the next click in the tray makes a new one.
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      log(`key window's renderer gone: ${reason}`);
      window.destroy();
    });
    loadPage(window, 'keys');
  }
}
