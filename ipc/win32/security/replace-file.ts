// A file replaced by another, which takes its access list over.
import { kernel32 } from '../libraries/kernel32.ts';
import { lastWin32Error } from '../libraries/win32-error.ts';

/**
 * Puts the file at `replacement` in the place of the one at `path`, which is there: with its access list, attributes,
 * time of making and further streams. Throws Win32Error; the old file is whole then.
 */
export function replaceFile(path: string, replacement: string): void {
  // SAFETY: the strings live for the call.
  if (!kernel32().ReplaceFileW(path, replacement, null, 0, null, null)) throw lastWin32Error('ReplaceFileW');
}
