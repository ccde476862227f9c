// The tray icon on Windows: sharp at the display's scale, in ink for its taskbar, and with its tooltip on each new one.
import { type AddRepresentationOptions, nativeTheme, screen } from 'electron';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TrayIcon } from '../../../../main/shell/tray/tray.ts';

const desktop = vi.hoisted(() => ({
  scaleFactor: 1.5,
  isTaskbarDark: false,
  tray: undefined as { pixels: number; tooltip: string; images: object[] } | undefined,
  hooks: new Map<number, () => void>(),
}));

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
    tooltip = '';
    readonly images: object[] = [];
    constructor(image: Image) {
      super();
      this.setImage(image);
      desktop.tray = this;
    }
    /** As Electron makes an icon for Windows: of the representation for 100 %, at any scale of the display. */
    setImage(image: Image): void {
      this.pixels = image.sizes.get(1) ?? 0;
      this.images.push(image);
    }
    setToolTip(tooltip: string): void {
      this.tooltip = tooltip;
    }
    destroy(): void {}
    setContextMenu(): void {}
    isDestroyed = () => false;
  }
  class BaseWindow {
    hookWindowMessage = (message: number, callback: () => void) => desktop.hooks.set(message, callback);
    destroy = () => desktop.hooks.clear();
  }
  const getPrimaryDisplay = () => ({ scaleFactor: desktop.scaleFactor });
  return {
    BaseWindow,
    Menu: { buildFromTemplate: () => ({}) },
    nativeImage: { createEmpty: () => new Image() },
    nativeTheme: new Emitter(),
    screen: Object.assign(new Emitter(), { getPrimaryDisplay }),
    Tray,
  };
});

const taskbarCreated = 0xc123;
const WM_SETTINGCHANGE = 0x1a;
const actions = { show() {}, raisePrompt() {}, lock() {}, unlock() {}, reencryptAll() {}, quit() {} };
const look = {
  promptCount: 0,
  waitCount: 0,
  lock: { isPaused: false, isLockedByClient: false },
  isDoorDegraded: false,
  keyCount: 0,
  encryptedCount: 0,
};

function showIcon() {
  const icon = new TrayIcon(actions, () => look, {
    isTaskbarDark: () => desktop.isTaskbarDark,
    taskbarCreated,
  });
  return { icon, tray: desktop.tray as NonNullable<typeof desktop.tray> };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it('has the pixels that the display needs', () => {
  vi.stubGlobal('process', { ...process, platform: 'win32' });
  const { icon, tray } = showIcon();
  expect(tray.pixels).toBe(24);
  desktop.scaleFactor = 2.25;
  screen.emit('display-metrics-changed' as never);
  expect(tray.pixels).toBe(36);
  icon.destroy();
});

it.each([
  ['the apps change, too', () => nativeTheme.emit('updated' as never)],
  ['the taskbar changes alone', () => desktop.hooks.get(WM_SETTINGCHANGE)?.()],
])('takes other ink when %s, though Windows tells of it first and does it later', (_when, tell) => {
  vi.stubGlobal('process', { ...process, platform: 'win32' });
  const { icon, tray } = showIcon();
  const before = tray.images.at(-1);
  tell();
  desktop.isTaskbarDark = !desktop.isTaskbarDark;
  vi.advanceTimersByTime(10_000);
  expect(tray.images.at(-1)).not.toBe(before);
  icon.destroy();
});

it('is not drawn again when some other setting has changed', () => {
  vi.stubGlobal('process', { ...process, platform: 'win32' });
  const { icon, tray } = showIcon();
  const { length } = tray.images;
  desktop.hooks.get(WM_SETTINGCHANGE)?.();
  vi.advanceTimersByTime(10_000);
  expect(tray.images).toHaveLength(length);
  icon.destroy();
});

it('has its tooltip again some time after a new taskbar, which Electron puts it on without', () => {
  vi.stubGlobal('process', { ...process, platform: 'win32' });
  const { icon, tray } = showIcon();
  desktop.hooks.get(taskbarCreated)?.();
  tray.tooltip = '';
  vi.advanceTimersByTime(10_000);
  expect(tray.tooltip).toBe('Sallyport: 0 keys');
  icon.destroy();
});
