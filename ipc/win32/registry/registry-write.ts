// String values of the user's registry, written and removed.
import { advapi32 } from '../libraries/advapi32.ts';
import { ERROR_FILE_NOT_FOUND, Win32Error } from '../libraries/win32-error.ts';
import { HKEY_CURRENT_USER } from './registry-value.ts';

const REG_SZ = 1;

/** Sets the REG_SZ `name` under `HKEY_CURRENT_USER\\subKey`. Throws Win32Error. */
export function setUserRegistryString(subKey: string, name: string, value: string): void {
  const data = Buffer.from(`${value}\0`, 'utf16le');
  // SAFETY: the size is given, and all strings are copied.
  const status = advapi32().RegSetKeyValueW(HKEY_CURRENT_USER, subKey, name, REG_SZ, data, data.length);
  if (status !== 0) throw new Win32Error('RegSetKeyValueW', status);
}

/** Removes the value `name`, if it is there. Throws Win32Error. */
export function removeUserRegistryValue(subKey: string, name: string): void {
  // SAFETY: the strings live for the call.
  const status = advapi32().RegDeleteKeyValueW(HKEY_CURRENT_USER, subKey, name);
  if (status !== 0 && status !== ERROR_FILE_NOT_FOUND) throw new Win32Error('RegDeleteKeyValueW', status);
}
