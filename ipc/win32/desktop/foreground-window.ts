// Which window the person's keys go to.
import type { Handle } from '../libraries/native-library.ts';
import { user32 } from '../libraries/user32.ts';

/** The window in the foreground; null while Windows is changing it, and on a locked screen. */
export function foregroundWindow(): Handle | null {
  return user32().GetForegroundWindow();
}
