// Electron's `Tray`.
import { EventEmitter } from 'node:events';
import type { Tray as ElectronTray, MenuItemConstructorOptions } from 'electron';
import { assertReady } from './lifecycle.ts';
import type { Menu } from './menu.ts';
import type { Representation, StandInImage } from './native-image.ts';

export class Tray
  extends EventEmitter
  implements Pick<ElectronTray, 'destroy' | 'isDestroyed' | 'setToolTip'>
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

  setContextMenu(menu: Menu): void {
    this.#assertAlive();
    this.#menu = menu;
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
