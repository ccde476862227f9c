// Window messages that have a name for a number.
import { user32 } from '../libraries/user32.ts';
import { lastWin32Error } from '../libraries/win32-error.ts';

const MSGFLT_ADD = 1;

/** The number that `name` has for all programs of this session. Throws Win32Error. */
export function registeredMessage(name: string): number {
  // SAFETY: the string lives for the call; the system copies it.
  const message = user32().RegisterWindowMessageW(name);
  if (message === 0) throw lastWin32Error('RegisterWindowMessageW');
  return message;
}

/**
 * Lets programs of lower integrity send `message` to all windows of this process, whoever has made them. A process of low
 * integrity is refused that, and has nobody below it to hear from.
 */
export function acceptFromLowerIntegrity(message: number): void {
  user32().ChangeWindowMessageFilter(message, MSGFLT_ADD);
}
