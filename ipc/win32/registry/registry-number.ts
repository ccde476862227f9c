// One number in the user's registry.
import { advapi32 } from '../libraries/advapi32.ts';
import { Win32Error } from '../libraries/win32-error.ts';
import { HKEY_CURRENT_USER } from './registry-strings.ts';

const RRF_RT_REG_DWORD = 0x10;
const ERROR_FILE_NOT_FOUND = 2;
const ERROR_UNSUPPORTED_TYPE = 1630;

/** The REG_DWORD `name` under `HKEY_CURRENT_USER\\subKey`; undefined where there is none. Throws Win32Error. */
export function userRegistryNumber(subKey: string, name: string): number | undefined {
  const data = new Uint16Array(2);
  const bytes = [data.byteLength];
  // SAFETY: the size is given, and both strings are copied.
  const status = advapi32().RegGetValueW(
    HKEY_CURRENT_USER,
    subKey,
    name,
    RRF_RT_REG_DWORD,
    null,
    data,
    bytes,
  );
  if (status === ERROR_FILE_NOT_FOUND || status === ERROR_UNSUPPORTED_TYPE) return undefined;
  if (status !== 0) throw new Win32Error('RegGetValueW', status);
  return Buffer.from(data.buffer).readUInt32LE();
}
