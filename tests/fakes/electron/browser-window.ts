// Electron's `BrowserWindow`: a page of Chromium, with the focus and the life of a window.
import { randomUUID } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { CDPSession, Page, Route } from '@playwright/test';
import type {
  BrowserWindowConstructorOptions,
  BrowserWindow as ElectronBrowserWindow,
  WebPreferences,
} from 'electron';
import { app } from './app.ts';
import { note } from './calls.ts';
import { chromiumContext, toAppUrl, toChromiumUrl } from './chromium.ts';
import { invokeHandler } from './ipc-main.ts';
import { isolatedWorldName, mainWorldScript, preloadScript, sendBinding } from './isolated-world.ts';
import { assertReady } from './lifecycle.ts';
import type { StandInSession } from './session.ts';
import { WebContents } from './web-contents.ts';
import { windows as desktop } from './windows-desktop.ts';
import { decodeValue, encodeValue } from './wire-format.ts';

type Used = Pick<
  ElectronBrowserWindow,
  | 'close'
  | 'destroy'
  | 'flashFrame'
  | 'focus'
  | 'getNativeWindowHandle'
  | 'isDestroyed'
  | 'isFocused'
  | 'isMinimized'
  | 'loadURL'
  | 'minimize'
  | 'moveTop'
  | 'removeMenu'
  | 'restore'
  | 'setAlwaysOnTop'
  | 'setContentProtection'
  | 'show'
  | 'showInactive'
>;

const windows: BrowserWindow[] = [];
let lastId = 0;

/** The test's real windows are shown only as this stand-in can show them. */
function assertHardened(preferences: WebPreferences): void {
  const { sandbox, contextIsolation, nodeIntegration, webviewTag, webSecurity } = preferences;
  if (sandbox !== true || contextIsolation !== true || nodeIntegration !== false)
    throw new Error('stand-in: pages run sandboxed and isolated, and this window asks for something else');
  if (webviewTag !== false || webSecurity !== true) throw new Error('stand-in: insecure web preferences');
}

export class BrowserWindow extends EventEmitter implements Used {
  static getAllWindows = (): readonly BrowserWindow[] => [...windows];
  readonly options: BrowserWindowConstructorOptions;
  readonly webContents: WebContents;
  readonly #secret = randomUUID();
  readonly #opened: Promise<void>;
  #page: Page | undefined;
  #devtools: CDPSession | undefined;
  #preloadContext: number | undefined;
  /** What main itself loads, until it is asked for. */
  #ownNavigation: string | undefined;
  #isDestroyed = false;
  /** The active window of its thread, which Electron takes for the focused one. */
  #isActive = false;
  #isMinimized = false;
  isVisible = false;

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    assertReady('BrowserWindow');
    assertHardened(options.webPreferences ?? {});
    this.options = options;
    this.webContents = new WebContents(++lastId, {
      currentUrl: () => this.#page?.url() ?? '',
      deliver: (text) => void this.#deliver(text),
      isDestroyed: () => this.#isDestroyed,
    });
    windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
    this.#opened = this.#open();
    this.#opened.catch((error: unknown) => note('window not opened', String(error)));
  }

  async loadURL(url: string): Promise<void> {
    await this.#opened;
    this.#ownNavigation = toChromiumUrl(url);
    const response = await this.#page?.goto(this.#ownNavigation);
    if (this.#isDestroyed) return;
    if (response?.ok()) {
      this.emit('ready-to-show', {});
      return;
    }
    this.webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND');
    throw new Error(`ERR_FILE_NOT_FOUND (-6) loading '${url}'`);
  }

  show(): void {
    this.#assertAlive();
    this.isVisible = true;
    this.emit('show');
  }

  showInactive(): void {
    this.#assertAlive();
    this.#isMinimized = false;
    this.isVisible = true;
    this.emit('show');
  }

  /**
   * As Electron on Windows (NativeWindowViews::Focus and IsFocused in its shell/browser/native_window_views.cc): the
   * window becomes the active one of its thread, and says that it has the focus, also when it is refused the foreground.
   */
  focus(): void {
    this.#assertAlive();
    if (!this.isVisible) return;
    if (!desktop.refusesFocus) desktop.foreground = this;
    this.#activate();
  }

  /** As when the person clicks the window; nothing is told of an active one. */
  receiveFocus(): void {
    if (!this.isVisible) return;
    desktop.foreground = this;
    this.#activate();
  }

  /** As when the person clicks a window of another program; a window that never was in the foreground does not hear of it. */
  loseFocus(): void {
    if (!this.hasKeyboard) return;
    desktop.foreground = undefined;
    this.#deactivate();
  }

  /** Whether it gets what the person types. */
  get hasKeyboard(): boolean {
    return desktop.foreground === this;
  }

  #activate(): void {
    if (this.#isActive) return;
    for (const other of windows) other.#deactivate();
    this.#isActive = true;
    this.emit('focus', {});
  }

  #deactivate(): void {
    if (!this.#isActive) return;
    this.#isActive = false;
    this.emit('blur', {});
  }

  /** As when the person closes it. */
  close(): void {
    this.destroy();
  }

  destroy(): void {
    if (this.#isDestroyed) return;
    this.#isDestroyed = true;
    this.#isActive = false;
    if (this.hasKeyboard) desktop.foreground = undefined;
    windows.splice(windows.indexOf(this), 1);
    void this.#page?.close().catch(() => {});
    this.emit('closed');
    if (windows.length === 0) app.emit('window-all-closed');
  }

  /** Ends the renderer as a crash would. */
  async crash(): Promise<void> {
    this.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 1 });
    await this.#devtools?.send('Page.crash').catch(() => {});
  }

  isDestroyed = (): boolean => this.#isDestroyed;
  isFocused = (): boolean => this.#isActive;
  isMinimized = (): boolean => this.#isMinimized;
  minimize(): void {
    this.#isMinimized = true;
    if (this.hasKeyboard) desktop.foreground = undefined;
    this.#deactivate();
  }
  /** As on Windows: whoever restores a window activates it. */
  restore(): void {
    this.#isMinimized = false;
    this.receiveFocus();
  }
  moveTop(): void {
    this.#assertAlive();
  }
  /** As long as `gfx::AcceleratedWidget` (shell/browser/api/electron_api_base_window.cc): 32 bits but on Windows. */
  getNativeWindowHandle(): Buffer {
    this.#assertAlive();
    const handle = Buffer.alloc(process.platform === 'win32' ? 8 : 4);
    handle.writeUInt32LE(this.webContents.id);
    return handle;
  }
  removeMenu(): void {}
  flashFrame(flag: boolean): void {
    this.#assertAlive();
    note('window.flashFrame', flag);
  }
  setAlwaysOnTop(...args: Parameters<ElectronBrowserWindow['setAlwaysOnTop']>): void {
    this.#assertAlive();
    note('window.setAlwaysOnTop', ...args);
  }
  setContentProtection(enable: boolean): void {
    this.#assertAlive();
    note('window.setContentProtection', enable);
  }

  #assertAlive(): void {
    if (this.#isDestroyed) throw new TypeError('Object has been destroyed');
  }

  async #open(): Promise<void> {
    const { width = 800, height = 600, webPreferences = {} } = this.options;
    const context = chromiumContext();
    const page = await context.newPage();
    this.#page = page;
    await page.setViewportSize({ width, height });
    const session = webPreferences.session as unknown as StandInSession;
    await page.route('**/*', (route) =>
      this.#mayNavigate(route) ? session.answer(route) : route.fulfill({ status: 204 }),
    );
    const devtools = await context.newCDPSession(page);
    this.#devtools = devtools;
    devtools.on('Runtime.executionContextCreated', ({ context: { id, name } }) => {
      if (name === isolatedWorldName) this.#preloadContext = id;
    });
    devtools.on('Runtime.bindingCalled', ({ name, payload }) => {
      if (name === sendBinding) void this.#invoke(payload);
    });
    await devtools.send('Page.enable');
    await devtools.send('Runtime.enable');
    await devtools.send('Runtime.addBinding', {
      name: sendBinding,
      executionContextName: isolatedWorldName,
    });
    await devtools.send('Page.addScriptToEvaluateOnNewDocument', { source: mainWorldScript(this.#secret) });
    const preload = readFileSync(webPreferences.preload ?? '', 'utf8');
    await devtools.send('Page.addScriptToEvaluateOnNewDocument', {
      worldName: isolatedWorldName,
      source: preloadScript(this.#secret, preload),
    });
    this.#watch(page);
    if (this.#isDestroyed) await page.close();
  }

  #watch(page: Page): void {
    page.on('close', () => this.destroy());
    page.on('popup', (popup) => {
      const details = { url: toAppUrl(popup.url()) } as never;
      note('window opened', this.webContents.openHandler?.(details).action ?? 'allow');
      void popup.close().catch(() => {});
    });
  }

  /** Asks main about navigations that the page itself began, as Electron does; 204 leaves the page where it is. */
  #mayNavigate(route: Route): boolean {
    const request = route.request();
    if (!request.isNavigationRequest()) return true;
    if (request.url() === this.#ownNavigation) {
      this.#ownNavigation = undefined;
      return true;
    }
    let isPrevented = false;
    const event = { url: toAppUrl(request.url()), preventDefault: () => (isPrevented = true) };
    const isMainFrame = request.frame() === this.#page?.mainFrame();
    this.webContents.emit('will-frame-navigate', event);
    if (isMainFrame) this.webContents.emit('will-navigate', event);
    note('navigation', isMainFrame ? 'page' : 'frame', isPrevented ? 'prevented' : 'allowed');
    return !isPrevented;
  }

  async #deliver(text: string): Promise<void> {
    await this.#opened;
    if (this.#isDestroyed || this.#preloadContext === undefined) return;
    const expression = `standInDeliver(${JSON.stringify(text)})`;
    await this.#devtools
      ?.send('Runtime.evaluate', { contextId: this.#preloadContext, expression })
      .catch(() => {});
  }

  async #invoke(payload: string): Promise<void> {
    const { id, channel, args } = decodeValue(payload) as {
      id: number;
      channel: string;
      args: readonly unknown[];
    };
    try {
      const value = await invokeHandler(channel, this.webContents.invokeEvent(), args);
      await this.#deliver(encodeValue({ answerTo: id, ok: true, value }));
    } catch (error: unknown) {
      const message = `Error invoking remote method '${channel}': ${String(error)}`;
      await this.#deliver(encodeValue({ answerTo: id, ok: false, value: message }));
    }
  }
}
