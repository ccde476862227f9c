// The window that a dialog of the system's own belongs to: it comes before that, and not behind all.
import { BrowserWindow } from 'electron';

/** Its handle (HWND): of the one that has the keyboard, or else of one that is seen. */
export function dialogWindow(): bigint | undefined {
  const window =
    BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows().find((one) => one.isVisible());
  const handle = window?.getNativeWindowHandle();
  return handle?.length === 8 ? handle.readBigUInt64LE() : undefined;
}
