// The window that a dialog of the system's own belongs to: it comes before that, and not behind all.
import { BrowserWindow } from 'electron';
import { nativeHandle } from './page-window.ts';

/** Its handle (HWND): of the one that has the keyboard, where the person wants the dialog, or else what `ofWaits` gives. */
export function dialogWindow(
  hasKeyboard: (window: BrowserWindow) => boolean,
  ofWaits: () => bigint | undefined,
): bigint | undefined {
  const focused = BrowserWindow.getFocusedWindow();
  return focused && hasKeyboard(focused) ? nativeHandle(focused) : ofWaits();
}
