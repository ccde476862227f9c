// Electron's `app`: life cycle, single instance, paths.
import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { App } from 'electron';
import { note } from './calls.ts';
import { closeChromium, startChromium } from './chromium.ts';
import { assertNotReady, assertReady, becomeReady, isReady, whenReady } from './lifecycle.ts';
import { holdOrNotify } from './single-instance.ts';
import { windows } from './windows-desktop.ts';

type Used = Pick<
  App,
  | 'commandLine'
  | 'enableSandbox'
  | 'exit'
  | 'getPath'
  | 'getSystemLocale'
  | 'getVersion'
  | 'isPackaged'
  | 'isReady'
  | 'quit'
  | 'requestSingleInstanceLock'
  | 'setAppUserModelId'
  | 'setLoginItemSettings'
  | 'setName'
  | 'setPath'
  | 'setToastActivatorCLSID'
  | 'whenReady'
>;

/** The folder that the test gave us for everything that outlives a run. */
const home = process.env['STAND_IN_HOME'] ?? '/nonexistent';

// As `electron dist/main/app.js` sets it: the first argument is the program, not one of its own.
Object.assign(process, { defaultApp: true, resourcesPath: join(home, 'resources') });

class StandInApp extends EventEmitter implements Used {
  readonly isPackaged = process.env['STAND_IN_PACKAGED'] === '1';
  // Only what the main process asks is there; the cast leaves the rest undefined.
  readonly commandLine = {
    hasSwitch: (name: string) => process.argv.some((argument) => argument.split('=')[0] === `--${name}`),
  } as App['commandLine'];
  readonly #paths = new Map<string, string>();
  #isExiting = false;

  constructor() {
    super();
    // Main modules are loaded and run to their first await before Electron is ready.
    setTimeout(() => void this.#start(), 0);
  }

  async #start(): Promise<void> {
    await startChromium(home);
    becomeReady();
    this.emit('ready', {}, {});
  }

  isReady = isReady;
  whenReady = whenReady;

  getSystemLocale(): string {
    assertReady('app.getSystemLocale');
    return process.env['STAND_IN_SYSTEM_LOCALE'] ?? 'en-GB';
  }

  getVersion(): string {
    return '0.0.0-stand-in';
  }

  getPath(name: Parameters<App['getPath']>[0]): string {
    const path = this.#paths.get(name) ?? join(home, name);
    try {
      mkdirSync(path, { recursive: true });
    } catch {
      throw new Error(`Failed to get '${name}' path`);
    }
    return path;
  }

  setName(name: string): void {
    note('app.setName', name);
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path);
  }

  enableSandbox(): void {
    assertNotReady('app.enableSandbox()');
    note('app.enableSandbox');
  }

  requestSingleInstanceLock(additionalData: Record<string, unknown> = {}): boolean {
    note('app.requestSingleInstanceLock');
    if (process.env['STAND_IN_LOCK_FAILS'] === '1') return false;
    return holdOrNotify(join(home, 'singleton'), additionalData, (data, argv, workingDirectory) => {
      void whenReady().then(() => this.emit('second-instance', {}, argv, workingDirectory, data));
    });
  }

  setAppUserModelId(id: string): void {
    note('app.setAppUserModelId', id);
  }

  setToastActivatorCLSID(id: string): void {
    if (!/^\{[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}\}$/i.test(id))
      throw new TypeError('Invalid CLSID format');
    windows.toastClass = id;
  }

  setLoginItemSettings(settings: Parameters<App['setLoginItemSettings']>[0]): void {
    note('app.setLoginItemSettings', settings);
  }

  quit(): void {
    let isPrevented = false;
    this.emit('before-quit', {
      preventDefault() {
        isPrevented = true;
      },
    });
    if (!isPrevented) this.exit(0);
  }

  exit(code = 0): void {
    if (this.#isExiting) return;
    this.#isExiting = true;
    this.emit('quit', {}, code);
    void closeChromium().finally(() => process.exit(code));
  }
}

export const app = new StandInApp();
