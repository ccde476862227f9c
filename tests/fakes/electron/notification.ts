// Electron's `Notification`.
import { EventEmitter } from 'node:events';
import type { Notification as ElectronNotification, NotificationConstructorOptions } from 'electron';
import { note } from './calls.ts';
import { assertReady } from './lifecycle.ts';

export class Notification extends EventEmitter implements Pick<ElectronNotification, 'show'> {
  static isSupported = () => true;
  readonly #options: NotificationConstructorOptions;

  constructor(options: NotificationConstructorOptions) {
    super();
    assertReady('Notification');
    this.#options = options;
  }

  show(): void {
    note('notification', this.#options);
  }
}
