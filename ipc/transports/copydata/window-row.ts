// The windows of the door: one in front, which new clients find; behind it those that still wait for a person.
import { ServedWindow, type ServedWindowOptions } from './served-window.ts';

/** Windows at most; when the calls in all of them wait, new ones are nested in the one in front. */
const MAX_WINDOWS = 8;
/** The reserve is filled again this long after a change: most busy windows are back by then. */
const REFILL_AFTER_MS = 250;

export interface WindowRowOptions extends Pick<ServedWindowOptions, 'startThread' | 'openSession'> {
  /** The window in front has gone without being told to; those behind it go on. */
  readonly onFrontLost: (error: Error | undefined) => void;
}

/**
 * The windows once made stay until the row is closed: net-ssh looks for the window once and keeps the handle for as long
 * as it runs, and a client that looks by the class alone finds one of the reserve, too.
 *
 * Keeps a window in front that is free to answer. A call that has to wait would make the calls nested in it
 * wait in turn (NestedCalls), so its window steps back behind one from the reserve, before the busy thread lets
 * other clients in.
 */
export class WindowRow {
  readonly #options: WindowRowOptions;
  readonly #windows = new Set<ServedWindow>();
  #front: ServedWindow | undefined;
  #refillTimer: NodeJS.Timeout | undefined;
  /** While the front changes: settles with the change, and never rejects. One change at a time. */
  #change: Promise<void> | undefined;
  #closed = false;

  constructor(options: WindowRowOptions) {
    this.#options = options;
  }

  /** Brings a window for new clients to the front if there is none; they find it when this resolves. */
  async openFront(): Promise<void> {
    // A take-over that was under way when the front was lost brings the next one.
    while (this.#change !== undefined) await this.#change;
    if (this.#front) return;
    await this.#changeBy(async () => {
      const window = this.#reserve[0] ?? this.#start();
      await window.ready;
      await window.setFront(true);
      this.#front = window;
    });
    this.#relieveFront();
    this.#refill();
  }

  /** Closes all windows and the calls in them. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#refillTimer);
    await Promise.all([...this.#windows].map((window) => window.stop()));
  }

  /** For `process.on('exit')`, which would wait for ever for threads that wait for messages. */
  readonly closeAtExit = (): void => {
    this.#closed = true;
    for (const window of this.#windows) window.stopAtExit();
  };

  /** Windows behind the front that have nothing to do; those that are just starting come last. */
  get #reserve(): ServedWindow[] {
    const behind = [...this.#windows].filter((window) => window !== this.#front && window.isIdle);
    return behind.sort((a, b) => Number(b.isReady) - Number(a.isReady));
  }

  #start(): ServedWindow {
    const { startThread, openSession } = this.#options;
    const window = new ServedWindow({
      startThread,
      openSession,
      onLongCall: () => this.#relieveFront(),
      onIdle: () => this.#settle(),
      onEnd: (error) => this.#forget(window, error),
    });
    this.#windows.add(window);
    window.ready.then(
      () => this.#relieveFront(),
      () => {},
    );
    return window;
  }

  #changeBy(work: () => Promise<void>): Promise<void> {
    const change = work().finally(() => {
      this.#change = undefined;
    });
    this.#change = change.catch(() => {});
    return change;
  }

  /** Puts the reserve in front when the window there has a call that waits. */
  #relieveFront(): void {
    const busy = this.#front;
    if (this.#change || this.#closed || !busy?.hasLongCall) return;
    const next = this.#reserve[0];
    if (!next?.isReady) {
      this.#refill();
      return;
    }
    const changed = () => {
      if (this.#front === next) this.#settle();
      // The busy one goes on, with nested calls, and the next call that waits tries again: not before, or for ever.
      else this.#tidyLater();
    };
    this.#changeBy(() => this.#takeOver(busy, next)).then(changed, changed);
  }

  async #takeOver(busy: ServedWindow, next: ServedWindow): Promise<void> {
    // In this order there is a window to be found at every moment.
    await next.setFront(true);
    this.#front = next;
    await busy.setFront(false);
  }

  #settle(): void {
    // A crowded row has waited for this window.
    this.#relieveFront();
    this.#tidyLater();
  }

  #tidyLater(): void {
    if (this.#closed) return;
    this.#refillTimer ??= setTimeout(() => {
      this.#refillTimer = undefined;
      this.#refill();
    }, REFILL_AFTER_MS);
  }

  /** Starts a window for the reserve if there is none. */
  #refill(): void {
    if (this.#closed || this.#change || this.#reserve.length > 0) return;
    if (this.#windows.size < MAX_WINDOWS) this.#start();
  }

  #forget(window: ServedWindow, error: Error | undefined): void {
    this.#windows.delete(window);
    if (window !== this.#front) return;
    this.#front = undefined;
    if (!this.#closed) this.#options.onFrontLost(error);
  }
}
