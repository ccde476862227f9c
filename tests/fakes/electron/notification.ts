// Electron's `Notification`.
import { EventEmitter } from 'node:events';
import type { Notification as ElectronNotification, NotificationConstructorOptions } from 'electron';
import { note } from './calls.ts';
import { assertReady } from './lifecycle.ts';
import { writeToastClass } from './windows-desktop.ts';

/** The last one shown: Electron holds it no better than this. */
let last: WeakRef<Notification> | undefined;

export class Notification extends EventEmitter implements Pick<ElectronNotification, 'show'> {
  static isSupported(): boolean {
    writeToastClass();
    return true;
  }
  readonly #options: NotificationConstructorOptions;

  constructor(options: NotificationConstructorOptions) {
    super();
    assertReady('Notification');
    writeToastClass();
    this.#options = options;
  }

  show(): void {
    note('notification', this.#options);
    last = new WeakRef(this);
  }
}

/** As when the person clicks the last one some time later. */
export async function clickNotification(): Promise<void> {
  if (last === undefined) throw new Error('no notification');
  // What a WeakRef was made or looked at for stays until the next turn.
  await new Promise((resolve) => setTimeout(resolve));
  globalThis.gc?.();
  last.deref()?.emit('click', {});
}
