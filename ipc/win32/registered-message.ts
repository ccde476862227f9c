// Window messages that have a name for a number.
import { user32 } from './user32.ts';
import { lastWin32Error } from './win32-error.ts';

/** The number that `name` has for all programs of this session. Throws Win32Error. */
export function registeredMessage(name: string): number {
  // SAFETY: the string lives for the call; the system copies it.
  const message = user32().RegisterWindowMessageW(name);
  if (message === 0) throw lastWin32Error('RegisterWindowMessageW');
  return message;
}
