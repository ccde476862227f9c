// The string values of one key of the user's registry.
import { advapi32 } from '../libraries/advapi32.ts';
import { type Handle, wideText } from '../libraries/native-library.ts';
import {
  ERROR_FILE_NOT_FOUND,
  ERROR_MORE_DATA,
  ERROR_NO_MORE_ITEMS,
  Win32Error,
} from '../libraries/win32-error.ts';
import { HKEY_CURRENT_USER } from './registry-value.ts';

const KEY_QUERY_VALUE = 1;
const REG_SZ = 1;

/** Longer names and values are left out. */
const maxNameUnits = 4096;
const maxValueUnits = 16_384;
const maxValues = 50_000;

export interface RegistryString {
  readonly name: string;
  readonly value: string;
}

/** The values under `HKEY_CURRENT_USER\\subKey`; none where there is no such key. Throws Win32Error. */
export function userRegistryStrings(subKey: string): readonly RegistryString[] {
  const opened: [Handle | null] = [null];
  // SAFETY: the handle is closed below; the string is copied.
  const status = advapi32().RegOpenKeyExW(HKEY_CURRENT_USER, subKey, 0, KEY_QUERY_VALUE, opened);
  const [key] = opened;
  if (status === ERROR_FILE_NOT_FOUND) return [];
  if (status !== 0 || key === null) throw new Win32Error('RegOpenKeyExW', status);
  try {
    return readStrings(key);
  } finally {
    // SAFETY: opened above, used no more.
    advapi32().RegCloseKey(key);
  }
}

function readStrings(key: Handle): readonly RegistryString[] {
  const name = new Uint16Array(maxNameUnits);
  const data = new Uint16Array(maxValueUnits);
  const strings: RegistryString[] = [];
  for (let index = 0; index < maxValues; index++) {
    const nameUnits = [name.length];
    const bytes = [data.byteLength];
    const type = [0];
    // SAFETY: both sizes are given, and what was written is told back in them.
    const status = advapi32().RegEnumValueW(key, index, name, nameUnits, null, type, data, bytes);
    if (status === ERROR_NO_MORE_ITEMS) break;
    if (status === ERROR_MORE_DATA || (status === 0 && type[0] !== REG_SZ)) continue;
    if (status !== 0) throw new Win32Error('RegEnumValueW', status);
    const units = Math.floor((bytes[0] ?? 0) / 2);
    strings.push({
      name: wideText(name, nameUnits[0] ?? 0),
      value: withoutNulAtEnd(wideText(data, units)),
    });
  }
  return strings;
}

/** Whoever wrote a value may or may not have counted a NUL. */
function withoutNulAtEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\0') end--;
  return text.slice(0, end);
}
