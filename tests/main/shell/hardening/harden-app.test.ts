// What holds for every page: started safely, sandboxed, and no way out.
import type { BrowserWindowConstructorOptions } from 'electron';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import {
  assertSafeSwitches,
  hardenApp,
  UnsafeStartError,
} from '../../../../main/shell/hardening/harden-app.ts';
import { openPageWindow } from '../../../../main/shell/windows/page-window.ts';

type Handler = (...args: unknown[]) => unknown;

const electron = vi.hoisted(() => ({
  isPackaged: true,
  switches: new Set<string>(),
  calls: [] as string[],
  handlers: new Map<string, (...args: unknown[]) => unknown>(),
  windows: [] as BrowserWindowConstructorOptions[],
}));

vi.mock('electron', () => ({
  app: {
    get isPackaged() {
      return electron.isPackaged;
    },
    commandLine: { hasSwitch: (name: string) => electron.switches.has(name) },
    enableSandbox: () => electron.calls.push('enableSandbox'),
    on: (name: string, handler: Handler) => electron.handlers.set(name, handler),
  },
  nativeTheme: { shouldUseDarkColors: false },
  BrowserWindow: class {
    webContents = { once: () => {}, on: () => {}, id: 1 };
    constructor(options: BrowserWindowConstructorOptions) {
      electron.windows.push(options);
    }
    on() {}
    once() {}
    loadURL() {
      return Promise.resolve();
    }
    removeMenu() {}
    setMenu() {}
  },
}));

beforeEach(() => {
  electron.isPackaged = true;
  electron.switches.clear();
  electron.handlers.clear();
  electron.calls.length = 0;
});

describe('a packaged program', () => {
  it.each([
    'no-sandbox',
    'single-process',
    'disable-web-security',
    'disable-site-isolation-trials',
    'remote-debugging-port',
    'remote-debugging-pipe',
    'js-flags',
    'renderer-cmd-prefix',
    'utility-cmd-prefix',
    'gpu-launcher',
    'browser-subprocess-path',
    'allow-sandbox-debugging',
    'no-zygote-sandbox',
    'disable-gpu-sandbox',
    'disable-namespace-sandbox',
    'disable-seccomp-filter-sandbox',
    'disable-setuid-sandbox',
  ])('is refused its start with --%s', (name) => {
    electron.switches.add(name);
    expect(assertSafeSwitches).toThrow(UnsafeStartError);
    electron.isPackaged = false;
    expect(assertSafeSwitches).not.toThrow();
  });

  it('starts without such switches', () => {
    expect(assertSafeSwitches).not.toThrow();
  });
});

describe('every page', () => {
  function hardenedPage() {
    const log: string[] = [];
    hardenApp((line) => log.push(line));
    const handlers = new Map<string, Handler>();
    let open: Handler = () => undefined;
    const contents = {
      on: (name: string, handler: Handler) => handlers.set(name, handler),
      setWindowOpenHandler: (handler: Handler) => {
        open = handler;
      },
    };
    electron.handlers.get('web-contents-created')?.({}, contents);
    return { handlers, log, open: () => open({ url: 'https://example.invalid/' }) };
  }

  it('is sandboxed', () => {
    hardenedPage();
    expect(electron.calls).toEqual(['enableSandbox']);
  });

  it.each(['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'])(
    'is stopped at %s',
    (name) => {
      const { handlers, log } = hardenedPage();
      const event = { preventDefault: vi.fn() };
      handlers.get(name)?.(event);
      expect(event.preventDefault).toHaveBeenCalledOnce();
      expect(log).toHaveLength(1);
    },
  );

  it('opens no window', () => {
    expect(hardenedPage().open()).toEqual({ action: 'deny' });
  });

  it('has no certificate accepted for it, none chosen, and no password asked for', () => {
    hardenedPage();
    const event = { preventDefault: vi.fn() };
    const answers: unknown[] = [];
    const answer = (...args: unknown[]) => answers.push(args);
    electron.handlers.get('certificate-error')?.(event, {}, '', '', {}, answer);
    electron.handlers.get('select-client-certificate')?.(event);
    electron.handlers.get('login')?.(event, {}, {}, {}, answer);
    expect(event.preventDefault).toHaveBeenCalledTimes(3);
    expect(answers).toEqual([[false], []]);
  });

  it('runs isolated, without Node, webviews, spell checker or, once packaged, developer tools', () => {
    const roles = new Map();
    openPageWindow('keys', {}, { preloadPath: '/preload.cjs', session: {}, roles } as never);
    expect(electron.windows.at(-1)?.webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      webviewTag: false,
      spellcheck: false,
      devTools: false,
    });
  });
});
