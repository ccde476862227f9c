// Whose a dialog of Windows is: of the window that the person types into, or of the one that tells what waits.
import type { BrowserWindow } from 'electron';
import { expect, it, vi } from 'vitest';
import { dialogWindow } from '../../../../main/shell/windows/dialog-window.ts';

const { focused } = vi.hoisted(() => ({ focused: { window: null as unknown } }));
vi.mock('electron', () => ({ BrowserWindow: { getFocusedWindow: () => focused.window } }));

it('belongs to the window that has the keyboard, else to the one of what waits', () => {
  const ofWaits = () => 7n;
  expect(dialogWindow(() => true, ofWaits)).toBe(7n);
  const window = { getNativeWindowHandle: () => Buffer.from([1, 2, 0, 0, 0, 0, 0, 0]) };
  focused.window = window;
  expect(dialogWindow((one: BrowserWindow) => (one as unknown) === window, ofWaits)).toBe(0x201n);
  // One that Electron takes for focused, and Windows does not.
  expect(dialogWindow(() => false, ofWaits)).toBe(7n);
});
