// One value of the registry.
import { advapi32 } from '../libraries/advapi32.ts';
import { type Handle, wideText } from '../libraries/native-library.ts';
import { ERROR_FILE_NOT_FOUND, ERROR_UNSUPPORTED_TYPE, Win32Error } from '../libraries/win32-error.ts';

export const HKEY_CURRENT_USER: Handle = 0xffff_ffff_8000_0001n;
const HKEY_LOCAL_MACHINE: Handle = 0xffff_ffff_8000_0002n;
const RRF_RT_REG_SZ = 2;
const RRF_RT_REG_DWORD = 0x10;
const MAX_STRING_UNITS = 256;

/** The REG_DWORD `name` under `HKEY_CURRENT_USER\\subKey`; undefined where there is none. Throws Win32Error. */
export function userRegistryNumber(subKey: string, name: string): number | undefined {
  const data = new Uint16Array(2);
  const isThere = readValue(HKEY_CURRENT_USER, subKey, name, RRF_RT_REG_DWORD, data);
  return isThere ? Buffer.from(data.buffer).readUInt32LE() : undefined;
}

/**
 * The REG_SZ `name` under `HKEY_LOCAL_MACHINE\\subKey`; undefined where there is none. Throws Win32Error, also for one of
 * more than 255 UTF-16 code units.
 */
export function machineRegistryString(subKey: string, name: string): string | undefined {
  const data = new Uint16Array(MAX_STRING_UNITS);
  const isThere = readValue(HKEY_LOCAL_MACHINE, subKey, name, RRF_RT_REG_SZ, data);
  return isThere ? wideText(data) : undefined;
}

/** Fills `data`, a string's with a NUL at its end; false where there is no value of that type. Throws Win32Error. */
function readValue(key: Handle, subKey: string, name: string, type: number, data: Uint16Array): boolean {
  // SAFETY: the size is given, and both strings are copied.
  const status = advapi32().RegGetValueW(key, subKey, name, type, null, data, [data.byteLength]);
  if (status === ERROR_FILE_NOT_FOUND || status === ERROR_UNSUPPORTED_TYPE) return false;
  if (status !== 0) throw new Win32Error('RegGetValueW', status);
  return true;
}
