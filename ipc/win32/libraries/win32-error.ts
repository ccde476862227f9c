// A Win32 call that failed: which one, its number, and Windows' own words for it.
import { kernel32 } from './kernel32.ts';
import { wideText } from './native-library.ts';

// Those that are looked for, as in winerror.h.
export const ERROR_FILE_NOT_FOUND = 2;
export const ERROR_ACCESS_DENIED = 5;
export const ERROR_SEM_TIMEOUT = 121;
export const ERROR_INSUFFICIENT_BUFFER = 122;
export const ERROR_PIPE_BUSY = 231;
export const ERROR_NO_DATA = 232;
export const ERROR_MORE_DATA = 234;
export const ERROR_NO_MORE_ITEMS = 259;
export const ERROR_PIPE_CONNECTED = 535;
export const ERROR_IO_PENDING = 997;
export const ERROR_CLASS_ALREADY_EXISTS = 1410;
export const ERROR_UNSUPPORTED_TYPE = 1630;

const FORMAT_MESSAGE_IGNORE_INSERTS = 0x200;
const FORMAT_MESSAGE_FROM_SYSTEM = 0x1000;

export class Win32Error extends Error {
  override readonly name = 'Win32Error';
  /** The function, for example `CreateNamedPipeW`. */
  readonly call: string;
  /** As in winerror.h. */
  readonly code: number;

  constructor(call: string, code: number) {
    super(`${call} failed: ${describeCode(code)} (Windows error ${code})`);
    this.call = call;
    this.code = code;
  }
}

/** The error of the call that has just failed on this thread; nothing may be called in between. */
export function lastWin32Error(call: string): Win32Error {
  // SAFETY: koffi keeps the thread's last error between its calls.
  return new Win32Error(call, kernel32().GetLastError());
}

function describeCode(code: number): string {
  const text = new Uint16Array(512);
  // SAFETY: IGNORE_INSERTS means that no argument is read; at most text.length units are written.
  const length = kernel32().FormatMessageW(
    FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS,
    null,
    code,
    0,
    text,
    text.length,
    null,
  );
  return wideText(text, length).trim().replace(/\.$/, '') || 'unknown error';
}
