// Loads koffi and Windows' own DLLs at the first call, so that importing this folder costs nothing elsewhere.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { LibraryHandle } from 'koffi';

export type Koffi = typeof import('koffi');
/** A Win32 HANDLE, or any other address. NULL comes from koffi as null. */
export type Handle = bigint;

/**
 * Win32's BOOL: 0 or anything else. Declared as `int`, since koffi's `bool` looks at the lowest bit only.
 */
export type BOOL = number;

/** What CreateFile and its kin return on failure. */
export const INVALID_HANDLE_VALUE: Handle = 0xffff_ffff_ffff_ffffn;

let loaded: Koffi | undefined;

/** koffi itself, loaded at the first call. Throws when it has no build for this system. */
export function koffi(): Koffi {
  loaded ??= createRequire(import.meta.url)('koffi') as Koffi;
  return loaded;
}

/**
 * The functions of one system DLL, declared at the first use.
 *
 * SECURITY: loaded by full path, so that a DLL of the same name beside the executable or in the working
 * directory is never taken for Windows' own. koffi itself looks for a name alone in the working directory, too, when
 * Windows does not find it elsewhere, whatever the search is restricted to.
 */
export function systemLibrary<Functions>(
  dll: string,
  declare: (library: LibraryHandle, koffi: Koffi) => Functions,
): () => Functions {
  let functions: Functions | undefined;
  return () => {
    functions ??= declare(koffi().load(join(systemDirectory(), dll)), koffi());
    return functions;
  };
}

let systemDirectoryPath: string | undefined;

/** Windows' own folder of programs and libraries. */
export function systemDirectory(): string {
  if (systemDirectoryPath === undefined) {
    // kernel32.dll is in every process already: the name alone can't load another file.
    const kernel32 = koffi().load('kernel32.dll');
    const getSystemDirectory = kernel32.func(
      'uint32_t __stdcall GetSystemDirectoryW(_Out_ uint16_t *, uint32_t)',
    );
    const buffer = new Uint16Array(261);
    // SAFETY: writes at most buffer.length code units.
    systemDirectoryPath = wideText(buffer, getSystemDirectory(buffer, buffer.length));
  }
  return systemDirectoryPath;
}

/** UTF-16 code units that Windows wrote, as text. */
export function wideText(buffer: Uint16Array, length: number = buffer.indexOf(0)): string {
  return String.fromCharCode(...buffer.subarray(0, length));
}
