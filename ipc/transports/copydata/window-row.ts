// The windows of the door: one in front, which new clients find; behind it those that still wait for a person.
import { ServedWindow, type ServedWindowOptions } from './served-window.ts';

/** Beyond this many windows with waiting calls, new calls are nested in the one in front. */
const MAX_WINDOWS = 8;

export interface WindowRowOptions
  extends Pick<ServedWindowOptions, 'startThread' | 'openSession' | 'peerOf'> {
  /** The window in front has gone without being told to; those behind it go on. */
  readonly onFrontLost: (error: Error | undefined) => void;
}

/**
 * Keeps a window in front that is free to answer. A call that has to wait would make the calls nested in it
 * wait in turn (NestedCalls), so its window steps back and another takes over the name.
 */
export class WindowRow {
  readonly #options: WindowRowOptions;
  readonly #windows = new Set<ServedWindow>();
  #front: ServedWindow | undefined;
  #relieving = false;
  #closed = false;

  constructor(options: WindowRowOptions) {
    this.#options = options;
  }

  /** False before the first `openFront`, and after the window in front was lost. */
  get hasFront(): boolean {
    return this.#front !== undefined;
  }

  /** Opens a window for new clients; they find it when this resolves. */
  async openFront(): Promise<void> {
    const window = this.#start();
    await window.ready;
    await window.setFront(true);
    this.#front = window;
  }

  /** Closes all windows and the calls in them. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#windows].map((window) => window.stop()));
  }

  closeAtExit(): void {
    this.#closed = true;
    for (const window of this.#windows) window.stopAtExit();
  }

  #start(): ServedWindow {
    const { startThread, openSession, peerOf } = this.#options;
    const window = new ServedWindow({
      startThread,
      openSession,
      peerOf,
      onLongCall: () => this.#relieveFront(),
      onIdle: () => this.#tidyUp(window),
      onEnd: (error) => this.#forget(window, error),
    });
    this.#windows.add(window);
    return window;
  }

  /** Puts another window in front when the one there has a call that waits. */
  #relieveFront(): void {
    const busy = this.#front;
    if (this.#relieving || this.#closed || !busy?.hasLongCall) return;
    const idle = [...this.#windows].find((window) => window.isIdle);
    if (!idle && this.#windows.size >= MAX_WINDOWS) return;
    this.#relieving = true;
    const relieved = () => {
      this.#relieving = false;
      if (this.#front !== busy) this.#relieveFront();
      this.#tidyUp(busy);
    };
    // Without another window this one goes on, with nested calls.
    this.#takeOver(busy, idle).then(relieved, relieved);
  }

  async #takeOver(busy: ServedWindow, idle: ServedWindow | undefined): Promise<void> {
    const next = idle ?? this.#start();
    await next.ready;
    // In this order there is a window to be found at every moment.
    await next.setFront(true);
    this.#front = next;
    await busy.setFront(false);
  }

  /** A window behind the front that has nothing to do takes over from a busy front, or goes. */
  #tidyUp(window: ServedWindow): void {
    if (!window.isIdle || window === this.#front || this.#relieving || this.#closed) return;
    if (this.#front?.hasLongCall) this.#relieveFront();
    else window.stop().catch(() => {});
  }

  #forget(window: ServedWindow, error: Error | undefined): void {
    this.#windows.delete(window);
    if (window !== this.#front) return;
    this.#front = undefined;
    if (!this.#closed) this.#options.onFrontLost(error);
  }
}
