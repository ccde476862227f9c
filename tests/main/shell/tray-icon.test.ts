// The tray icon on Windows is sharp at the scale of the display with the taskbar, also after that has changed.
import type { EventEmitter } from 'node:events';
import type { AddRepresentationOptions } from 'electron';
import { afterEach, expect, it, vi } from 'vitest';
import { TrayIcon } from '../../../main/shell/tray.ts';

const desktop = vi.hoisted(() => ({ scaleFactor: 1.5, tray: undefined as { pixels: number } | undefined }));

vi.mock('electron', async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  class Image {
    readonly sizes = new Map<number, number>();
    addRepresentation({ scaleFactor = 1, width = 0 }: AddRepresentationOptions): void {
      this.sizes.set(scaleFactor, width);
    }
  }
  class Tray extends Emitter {
    pixels = 0;
    constructor(image: Image) {
      super();
      this.setImage(image);
      desktop.tray = this;
    }
    /** As Electron makes an icon for Windows: of the representation for 100 %, at any scale of the display. */
    setImage(image: Image): void {
      this.pixels = image.sizes.get(1) ?? 0;
    }
    setToolTip(): void {}
    setContextMenu(): void {}
    isDestroyed = () => false;
  }
  const getPrimaryDisplay = () => ({ scaleFactor: desktop.scaleFactor });
  return {
    Menu: { buildFromTemplate: () => ({}) },
    nativeImage: { createEmpty: () => new Image() },
    nativeTheme: new Emitter(),
    screen: Object.assign(new Emitter(), { getPrimaryDisplay }),
    Tray,
  };
});

afterEach(() => vi.unstubAllGlobals());

it('has the pixels that the display needs', async () => {
  vi.stubGlobal('process', { ...process, platform: 'win32' });
  const actions = { show() {}, raisePrompt() {}, lock() {}, unlock() {}, reencryptAll() {}, quit() {} };
  const look = {
    promptCount: 0,
    isAgentLocked: false,
    isDoorDegraded: false,
    keyCount: 0,
    encryptedCount: 0,
    isPaused: false,
  };
  new TrayIcon(actions, () => look);
  expect(desktop.tray?.pixels).toBe(24);
  desktop.scaleFactor = 2.25;
  const { screen } = await import('electron');
  (screen as EventEmitter).emit('display-metrics-changed');
  expect(desktop.tray?.pixels).toBe(36);
});
