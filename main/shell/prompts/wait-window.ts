// The window that tells of signatures that wait for the person: one for all of them. Nothing is allowed by it.
import type { WaitingPromptView, WaitView } from '../../../ipc/contract/prompt.ts';
import type { WaitingSignature } from '../../agent/ports/approver.ts';
import { Listeners } from '../../basics/listeners.ts';
import { requesterView } from '../views/requester-view.ts';
import { shownComment } from '../views/shown-text.ts';
import type { OpenWaitWindow, TellingWindow } from './prompt-window-port.ts';

export interface WaitWindowOptions {
  readonly openWindow: OpenWaitWindow;
  /** Takes one line without secrets. */
  readonly log: (line: string) => void;
}

type Outcome = 'cancelled' | 'not-shown';

interface Shown {
  readonly view: WaitView;
  readonly end: (outcome: Outcome) => void;
}

/** More of them are counted only: who can make a thousand wait can't make a thousand lines of it. */
const maxListed = 20;

/** How long a window is kept that a dialog of the system may belong to, which Windows ends together with it. */
const dialogMs = 2 * 60_000;

const waitView = ({ id, key, livesIn, requester, waitsFor }: WaitingSignature): WaitView => ({
  id,
  key: { ...key, comment: shownComment(key.comment) },
  requester: requesterView(requester),
  waitsFor,
  ...(livesIn !== undefined && { livesIn: shownComment(livesIn) }),
});

export class WaitWindow {
  readonly #options: WaitWindowOptions;
  /** By the id, in the order of their coming. */
  readonly #shown = new Map<string, Shown>();
  readonly #listeners = new Listeners();
  #window: TellingWindow | undefined;
  /** Runs while a dialog of the system may belong to the window. */
  #lent: NodeJS.Timeout | undefined;

  constructor(options: WaitWindowOptions) {
    this.#options = options;
  }

  /** How many signatures are shown to wait. */
  get count(): number {
    return this.#shown.size;
  }

  /** Calls back when `count` has changed; returns the way to stop that. */
  onChanged(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** As `Approver.showWaiting`. */
  show(waiting: WaitingSignature, signal: AbortSignal): Promise<Outcome> {
    if (signal.aborted) return Promise.resolve('not-shown');
    const window = this.#openWindow();
    if (window === undefined) return Promise.resolve('not-shown');
    return new Promise((resolve) => {
      const hide = () => end('not-shown');
      const end = (outcome: Outcome) => {
        signal.removeEventListener('abort', hide);
        if (this.#shown.delete(waiting.id)) this.#changed();
        resolve(outcome);
      };
      signal.addEventListener('abort', hide, { once: true });
      this.#shown.set(waiting.id, { view: waitView(waiting), end });
      this.#changed();
      window.appear();
    });
  }

  /** What a page is to show; undefined for one of another window. */
  look(webContentsId: number): WaitingPromptView | undefined {
    return this.#window?.webContentsId === webContentsId ? this.#view() : undefined;
  }

  /** The person's wish; false where it is none of those that the page shows. */
  cancel(webContentsId: number, id: string): boolean {
    if (this.#window?.webContentsId !== webContentsId) return false;
    const shown = this.#shown.get(id);
    shown?.end('cancelled');
    return shown !== undefined;
  }

  /** The person's wish; false where nothing waits in that page's window. */
  cancelAll(webContentsId: number): boolean {
    if (this.#window?.webContentsId !== webContentsId || this.#shown.size === 0) return false;
    this.#endAll('cancelled');
    return true;
  }

  /** Brings the window before the person, who asks for it; false when nothing waits. */
  raise(): boolean {
    if (this.#shown.size > 0) this.#window?.raise();
    return this.#shown.size > 0;
  }

  /**
   * The HWND that a dialog of the system is to belong to, as it comes in front of the window that tells of it. One that is
   * not there yet is made, and appears when a signature has waited for long enough.
   */
  handle(): bigint | undefined {
    const window = this.#openWindow();
    clearTimeout(this.#lent);
    const isDialogOver = () => {
      this.#lent = undefined;
      if (this.#shown.size === 0) this.#close();
    };
    this.#lent = setTimeout(isDialogOver, dialogMs).unref();
    return window?.handle;
  }

  #view(): WaitingPromptView {
    const views = [...this.#shown.values()].map(({ view }) => view);
    return { kind: 'waiting', waits: views.slice(0, maxListed), more: Math.max(0, views.length - maxListed) };
  }

  #openWindow(): TellingWindow | undefined {
    if (this.#window) return this.#window;
    try {
      const window = this.#options.openWindow();
      this.#window = window;
      window.onGone((isByPerson) => {
        if (this.#window !== window) return;
        this.#window = undefined;
        // A page that failed cancels nothing: a key can be touched without it.
        this.#endAll(isByPerson ? 'cancelled' : 'not-shown');
        window.destroy();
      });
      return window;
    } catch (error: unknown) {
      this.#options.log(
        `no window for what waits: ${error instanceof Error ? error.message : 'unknown error'}`,
      );
      return undefined;
    }
  }

  #endAll(outcome: Outcome): void {
    for (const { end } of [...this.#shown.values()]) end(outcome);
  }

  #changed(): void {
    const isUsed = this.#shown.size > 0;
    if (isUsed || this.#lent) this.#window?.tell('prompt.changed', this.#view());
    // Not closed: the dialog of a signature that is not shown to wait yet may belong to it.
    if (!isUsed && this.#lent) this.#window?.hide();
    else if (!isUsed) this.#close();
    this.#listeners.tell();
  }

  #close(): void {
    const window = this.#window;
    this.#window = undefined;
    window?.destroy();
  }
}
