// Electron's `Tray`.
import { EventEmitter } from 'node:events';
import type { DisplayBalloonOptions, Tray as ElectronTray, MenuItemConstructorOptions } from 'electron';
import { note } from './calls.ts';
import { assertReady } from './lifecycle.ts';
import type { Menu } from './menu.ts';
import type { Representation, StandInImage } from './native-image.ts';

export class Tray
  extends EventEmitter
  implements Pick<ElectronTray, 'destroy' | 'displayBalloon' | 'isDestroyed' | 'setToolTip'>
{
  static current: Tray | undefined;
  tooltip = '';
  #image: StandInImage;
  #menu: Menu | undefined;
  #isDestroyed = false;

  constructor(image: StandInImage) {
    super();
    assertReady('Tray');
    this.#image = image;
    Tray.current = this;
  }

  get menu(): readonly MenuItemConstructorOptions[] {
    return this.#menu?.template ?? [];
  }

  get representations(): readonly Representation[] {
    return this.#image.representations;
  }

  setImage(image: StandInImage): void {
    this.#assertAlive();
    this.#image = image;
  }

  setToolTip(tooltip: string): void {
    this.#assertAlive();
    this.tooltip = tooltip;
  }

  displayBalloon(options: DisplayBalloonOptions): void {
    this.#assertAlive();
    // The units that NOTIFYICONDATA has room for, with a NUL; Electron cuts what is longer anywhere.
    if (options.title.length >= 64 || options.content.length >= 256)
      throw new Error('stand-in: a balloon that Electron would cut');
    note('balloon', options);
  }

  setContextMenu(menu: Menu): void {
    this.#assertAlive();
    this.#menu = menu;
  }

  /** As Electron adds the icon to a new taskbar (NotifyIcon::ResetIcon in its shell/browser/ui/win/notify_icon.cc). */
  reset(): void {
    note('tray.reset');
    this.tooltip = '';
  }

  destroy(): void {
    this.#isDestroyed = true;
  }

  isDestroyed(): boolean {
    return this.#isDestroyed;
  }

  #assertAlive(): void {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed');
  }
}
