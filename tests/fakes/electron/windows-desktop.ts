// The Windows that the stand-in runs on: what it says itself, where Electron says otherwise.
import { randomUUID } from 'node:crypto';
import type { BaseWindow, BrowserWindow } from 'electron';
import type { DesktopFacts } from '../../../main/shell/windows/desktop-facts.ts';

/** As RegisterWindowMessage would number it. */
export const taskbarCreated = 0xc123;
export const settingChange = 0x001a;

export const windows = {
  /** The window that gets what is typed; undefined for one of another program. */
  foreground: undefined as object | undefined,
  /** It may refuse the foreground to a program in the background. */
  refusesFocus: false,
  isTaskbarDark: process.env['STAND_IN_DARK'] === '1',
  /** The class that the program named for its notifications; undefined is one that Electron makes up. */
  toastClass: undefined as string | undefined,
  /** What stays of notifications: the class in the Start menu's shortcut, and all those in the registry. */
  shortcutClass: undefined as string | undefined,
  registeredClasses: new Set<string>(),
};

/**
 * As Electron when it is first asked for its notifications, were it only whether there are any (EnsureShortcut and
 * EnsureCLSIDRegistry in its shell/browser/notifications/win/windows_toast_activator.cc). A class that a shortcut
 * has already is taken over.
 */
export function writeToastClass(): void {
  windows.toastClass = windows.shortcutClass ?? windows.toastClass ?? `{${randomUUID().toUpperCase()}}`;
  windows.shortcutClass = windows.toastClass;
  windows.registeredClasses.add(windows.toastClass);
}

const hooks: { readonly window: object; readonly message: number; readonly call: () => void }[] = [];

/** Sends a message to all top-level windows. */
export function broadcast(message: number): void {
  for (const hook of [...hooks]) if (hook.message === message) hook.call();
}

/** A window without a page, as far as it hears messages. */
export class StandInBaseWindow implements Pick<BaseWindow, 'hookWindowMessage' | 'destroy'> {
  constructor(options: { show?: boolean } = {}) {
    if (options.show !== false) throw new Error('stand-in: no window without a page is shown');
  }
  hookWindowMessage(message: number, callback: (wParam: Buffer, lParam: Buffer) => void): void {
    hooks.push({ window: this, message, call: () => callback(Buffer.alloc(8), Buffer.alloc(8)) });
  }
  destroy(): void {
    for (const hook of hooks.filter(({ window }) => window === this)) hooks.splice(hooks.indexOf(hook), 1);
  }
}

/** In the place of the product's own, which asks user32.dll and the registry. */
export async function desktopFacts(): Promise<DesktopFacts> {
  return {
    hasKeyboard: (window: BrowserWindow) => windows.foreground === window,
    mustPollKeyboard: true,
    isTaskbarDark: () => windows.isTaskbarDark,
    taskbarCreated,
  };
}
