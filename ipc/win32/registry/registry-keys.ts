// The names of the keys below one of the user's registry, and one string of each.
import { advapi32 } from '../libraries/advapi32.ts';
import { type Handle, wideText } from '../libraries/native-library.ts';
import {
  ERROR_FILE_NOT_FOUND,
  ERROR_MORE_DATA,
  ERROR_NO_MORE_ITEMS,
  ERROR_UNSUPPORTED_TYPE,
  Win32Error,
} from '../libraries/win32-error.ts';
import { HKEY_CURRENT_USER } from './registry-value.ts';

const KEY_ENUMERATE_SUB_KEYS = 8;
const RRF_RT_REG_SZ = 2;
/** Of a key's name: 255 characters, and the NUL. */
const nameUnits = 256;
/** Longer strings are left out. */
const valueUnits = 2048;

/** Those directly under `HKEY_CURRENT_USER\\subKey`, at most `max`; none where there is no such key. Throws Win32Error. */
export function userRegistryKeys(subKey: string, max: number): readonly string[] {
  const opened: [Handle | null] = [null];
  // SAFETY: the handle is closed below; the string is copied.
  const status = advapi32().RegOpenKeyExW(HKEY_CURRENT_USER, subKey, 0, KEY_ENUMERATE_SUB_KEYS, opened);
  const [key] = opened;
  if (status === ERROR_FILE_NOT_FOUND) return [];
  if (status !== 0 || key === null) throw new Win32Error('RegOpenKeyExW', status);
  try {
    return readNames(key, max);
  } finally {
    // SAFETY: opened above, used no more.
    advapi32().RegCloseKey(key);
  }
}

function readNames(key: Handle, max: number): readonly string[] {
  const name = new Uint16Array(nameUnits);
  const names: string[] = [];
  for (let index = 0; index < max; index++) {
    const units = [name.length];
    // SAFETY: the size is given, and what was written is told back in it.
    const status = advapi32().RegEnumKeyExW(key, index, name, units, null, null, null, null);
    if (status === ERROR_NO_MORE_ITEMS) break;
    if (status !== 0) throw new Win32Error('RegEnumKeyExW', status);
    names.push(wideText(name, units[0] ?? 0));
  }
  return names;
}

/**
 * The string `name` under `HKEY_CURRENT_USER\\subKey`, up to its first NUL; undefined where there is none, or one of over
 * 2,047 UTF-16 code units. Throws Win32Error.
 */
export function userRegistryString(subKey: string, name: string): string | undefined {
  const data = new Uint16Array(valueUnits);
  // SAFETY: the size is given, both strings are copied, and Windows ends what it writes with a NUL.
  const status = advapi32().RegGetValueW(HKEY_CURRENT_USER, subKey, name, RRF_RT_REG_SZ, null, data, [
    data.byteLength,
  ]);
  if (status === 0) return wideText(data);
  if ([ERROR_FILE_NOT_FOUND, ERROR_UNSUPPORTED_TYPE, ERROR_MORE_DATA].includes(status)) return undefined;
  throw new Win32Error('RegGetValueW', status);
}
