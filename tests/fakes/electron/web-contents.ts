// Electron's `WebContents` and main frame of one window.
import { EventEmitter } from 'node:events';
import type { WebContents as ElectronWebContents, IpcMainInvokeEvent } from 'electron';
import { toAppUrl } from './chromium.ts';
import { encodeValue } from './wire-format.ts';

type Used = Pick<ElectronWebContents, 'id' | 'isDestroyed' | 'send' | 'setWindowOpenHandler'>;

/** What the page of a window is driven by. */
export interface PagePort {
  currentUrl(): string;
  deliver(text: string): void;
  isDestroyed(): boolean;
}

export class WebContents extends EventEmitter implements Used {
  readonly id: number;
  readonly #page: PagePort;
  readonly mainFrame: object;
  openHandler: Parameters<ElectronWebContents['setWindowOpenHandler']>[0] | undefined;

  constructor(id: number, page: PagePort) {
    super();
    this.id = id;
    this.#page = page;
    this.mainFrame = {
      parent: null,
      get url() {
        return toAppUrl(page.currentUrl());
      },
      // Of an address like `app://host/…` that is the part before the path: the scheme is a standard one.
      get origin() {
        return toAppUrl(page.currentUrl()).split('/').slice(0, 3).join('/');
      },
    };
  }

  isDestroyed(): boolean {
    return this.#page.isDestroyed();
  }

  send(channel: string, ...args: unknown[]): void {
    if (this.isDestroyed()) throw new TypeError('Object has been destroyed');
    this.#page.deliver(encodeValue({ channel, args }));
  }

  setWindowOpenHandler(handler: Parameters<ElectronWebContents['setWindowOpenHandler']>[0]): void {
    this.openHandler = handler;
  }

  /** The event of a message from the main frame. */
  invokeEvent(): IpcMainInvokeEvent {
    return { sender: this, senderFrame: this.mainFrame } as unknown as IpcMainInvokeEvent;
  }
}
