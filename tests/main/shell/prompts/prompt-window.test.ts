// How the window that tells what waits comes before the person: without taking the keyboard from anybody.
import { EventEmitter } from 'node:events';
import { beforeEach, expect, it, vi } from 'vitest';
import { openWaitWindow, type PromptWindowOptions } from '../../../../main/shell/prompts/prompt-window.ts';

const { windows, electron } = vi.hoisted(() => {
  const windows: { calls: string[]; emit(name: string, ...args: unknown[]): boolean; page: unknown }[] = [];
  return { windows, electron: {} as Record<string, unknown> };
});

class FakeWindow extends EventEmitter {
  readonly calls: string[] = [];
  readonly options: Record<string, unknown>;
  readonly page = Object.assign(new EventEmitter(), { id: 7, isDestroyed: () => false, send() {} });
  readonly webContents = this.page;
  constructor(options: Record<string, unknown>) {
    super();
    this.options = options;
    windows.push(this);
  }
  removeMenu() {}
  setContentProtection() {}
  loadURL = () => Promise.resolve();
  isDestroyed = () => this.calls.includes('destroy');
  isVisible = () => this.calls.includes('showInactive');
  isMinimized = () => false;
  getNativeWindowHandle = () => Buffer.from([0x34, 0x12, 0, 0, 0, 0, 0, 0]);
  setAlwaysOnTop = () => this.calls.push('setAlwaysOnTop');
  show = () => this.calls.push('show');
  focus = () => this.calls.push('focus');
  moveTop = () => this.calls.push('moveTop');
  showInactive = () => this.calls.push('showInactive');
  destroy = () => this.calls.push('destroy');
}

vi.mock('electron', () => electron);
Object.assign(electron, {
  app: { isPackaged: true },
  nativeTheme: { shouldUseDarkColors: false },
  BrowserWindow: FakeWindow,
  screen: {
    getCursorScreenPoint: () => ({ x: 0, y: 0 }),
    getDisplayNearestPoint: () => ({ workArea: { x: 0, y: 0, width: 1920, height: 1040 } }),
  },
});

beforeEach(() => void windows.splice(0));

function open() {
  const options = {
    host: { preloadPath: 'preload.cjs', session: {}, roles: new Map() },
    desktop: { hasKeyboard: () => true, mustPollKeyboard: false },
    contentProtection: true,
    log() {},
  };
  const port = openWaitWindow(options as unknown as PromptWindowOptions);
  const [window] = windows;
  if (window === undefined) throw new Error('no window was made');
  return { port, window };
}

it('appears when its page is ready and it is wanted, and never takes the keyboard', () => {
  const first = open();
  expect(first.port.handle).toBe(0x1234n);
  first.port.appear();
  expect(first.window.calls).toEqual([]);
  first.window.emit('ready-to-show');
  first.port.appear();
  expect(first.window.calls).toEqual(['setAlwaysOnTop', 'showInactive']);
});

it('stays hidden while nothing waits for long enough', () => {
  const { port, window } = open();
  window.emit('ready-to-show');
  expect(window.calls).toEqual([]);
  port.appear();
  expect(window.calls).toEqual(['setAlwaysOnTop', 'showInactive']);
});

it('tells whether the person closed it or it failed, once, and nothing of what we do', () => {
  for (const [how, isByPerson] of [
    ['closed', true],
    ['render-process-gone', false],
  ] as const) {
    windows.splice(0);
    const { port, window } = open();
    const told: boolean[] = [];
    port.onGone((by) => told.push(by));
    if (how === 'closed') window.emit('closed');
    else (window.page as EventEmitter).emit(how, {}, { reason: 'crashed' });
    port.destroy();
    window.emit('closed');
    expect(told).toEqual([isByPerson]);
  }
});
