// Text in the system's ANSI code page: what programs without Unicode, PuTTY among them, see and store.
import { kernel32 } from '../libraries/kernel32.ts';
import { wideText } from '../libraries/native-library.ts';
import { lastWin32Error } from '../libraries/win32-error.ts';
import { machineRegistryString } from '../registry/registry-value.ts';

const CP_UTF8 = 65001;
const NLS_KEY = 'SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage';

let codePage: number | undefined;

/**
 * The system's ANSI code page, for example 1252. Not GetACP(): that is UTF-8 in a process whose manifest
 * asks for it, and ours may while PuTTY's does not.
 */
export function systemCodePage(): number {
  codePage ??= readCodePage();
  return codePage;
}

function readCodePage(): number {
  const number = Number(registeredCodePage());
  // SAFETY: takes nothing.
  return Number.isInteger(number) && number > 0 ? number : kernel32().GetACP();
}

function registeredCodePage(): string | undefined {
  try {
    return machineRegistryString(NLS_KEY, 'ACP');
  } catch {
    return undefined;
  }
}

/**
 * UTF-8 text in the system's code page, with the substitutes that Windows gives a program without Unicode.
 * Intermediate copies are zeroed; the result is the caller's to wipe. Empty text gives empty bytes.
 */
export function encodeInSystemCodePage(utf8: Uint8Array): Uint8Array {
  if (utf8.length === 0) return new Uint8Array(0);
  // UTF-8 never has fewer bytes than UTF-16 has code units.
  const wide = new Uint16Array(utf8.length);
  // No code page takes more than 8 bytes a unit (GB 18030 takes 4, ISO 2022 adds escapes).
  const bytes = new Uint8Array(utf8.length * 8);
  try {
    // SAFETY: both lengths are given; nothing is NUL-terminated.
    const units = kernel32().MultiByteToWideChar(CP_UTF8, 0, utf8, utf8.length, wide, wide.length);
    if (units === 0) throw lastWin32Error('MultiByteToWideChar');
    return encodeWide(wide, units, bytes);
  } finally {
    wide.fill(0);
    bytes.fill(0);
  }
}

/** A text as a program without Unicode gets it: characters that the code page lacks are replaced. */
export function throughSystemCodePage(text: string): string {
  if (text === '') return '';
  const wide = Uint16Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  const bytes = encodeWide(wide, wide.length, new Uint8Array(text.length * 8));
  const back = new Uint16Array(bytes.length);
  // SAFETY: both lengths are given.
  const units = kernel32().MultiByteToWideChar(systemCodePage(), 0, bytes, bytes.length, back, back.length);
  if (units === 0) throw lastWin32Error('MultiByteToWideChar');
  return wideText(back, units);
}

function encodeWide(wide: Uint16Array, units: number, bytes: Uint8Array): Uint8Array {
  // SAFETY: both lengths are given. Flags 0: best-fit characters, as in the ANSI functions themselves.
  const count = kernel32().WideCharToMultiByte(
    systemCodePage(),
    0,
    wide,
    units,
    bytes,
    bytes.length,
    null,
    null,
  );
  if (count === 0) throw lastWin32Error('WideCharToMultiByte');
  return bytes.slice(0, count);
}
