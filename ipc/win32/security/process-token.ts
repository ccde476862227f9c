// What the token of a process says: whose it is, and how far it is trusted.
import { advapi32 } from '../libraries/advapi32.ts';
import { closeHandle, kernel32 } from '../libraries/kernel32.ts';
import { type Handle, koffi } from '../libraries/native-library.ts';
import { PROCESS_QUERY_LIMITED_INFORMATION } from '../libraries/win32-constants.ts';
import { lastWin32Error, Win32Error } from '../libraries/win32-error.ts';
import { formatSid } from './sid.ts';

/** Classes of token information that start with a SID: TOKEN_USER and TOKEN_MANDATORY_LABEL. */
export const TOKEN_USER = 1;
export const TOKEN_INTEGRITY_LEVEL = 25;

const TOKEN_QUERY = 0x0008;
/** sizeof(SID_AND_ATTRIBUTES) and the longest SID (15 sub-authorities). */
const SID_AND_ATTRIBUTES_BYTES = 16 + 68;

/** The SID of that class in a process's token. Throws Win32Error when the system does not tell. */
export function tokenSid(process: Handle, informationClass: number): string {
  const token: (Handle | null)[] = [null];
  // SAFETY: one handle is written, closed below.
  if (!advapi32().OpenProcessToken(process, TOKEN_QUERY, token) || !token[0]) {
    throw lastWin32Error('OpenProcessToken');
  }
  // Memory that does not move: the answer holds an address into itself.
  const buffer: bigint = koffi().alloc('uint8_t', SID_AND_ATTRIBUTES_BYTES);
  try {
    // SAFETY: at most the given number of bytes is written.
    const told = advapi32().GetTokenInformation(
      token[0],
      informationClass,
      buffer,
      SID_AND_ATTRIBUTES_BYTES,
      [0],
    );
    if (!told) throw lastWin32Error('GetTokenInformation');
    // SAFETY: on success the first field is the address of a SID within the buffer.
    const sid = koffi().decode(buffer, 'void *') as bigint;
    const length = SID_AND_ATTRIBUTES_BYTES - Number(sid - buffer);
    // SAFETY: from the SID to the end of our own buffer.
    return formatSid(koffi().decode(sid, 'uint8_t', length) as Uint8Array);
  } finally {
    koffi().free(buffer);
    closeHandle(token[0]);
  }
}

/** As `tokenSid`, of our own token. */
export function ownTokenSid(informationClass: number): string {
  // SAFETY: a constant that needs no closing.
  return tokenSid(kernel32().GetCurrentProcess(), informationClass);
}

/** As `tokenSid`, of another process; undefined when it has ended or the system does not tell. */
export function tokenSidOfProcess(pid: number, informationClass: number): string | undefined {
  // SAFETY: a pid that does not exist gives null.
  const process = kernel32().OpenProcess(PROCESS_QUERY_LIMITED_INFORMATION, 0, pid);
  if (process === null) return undefined;
  try {
    return tokenSid(process, informationClass);
  } catch (error) {
    if (error instanceof Win32Error) return undefined;
    throw error;
  } finally {
    closeHandle(process);
  }
}
