// shell32.dll: declarations only.
import type { KoffiFunc } from 'koffi';
import { type BOOL, type Handle, systemLibrary } from './native-library.ts';

/** SHELLEXECUTEINFOW; fields left out are zero. */
export interface ShellExecuteInfo {
  cbSize: number;
  fMask: number;
  lpVerb: string;
  lpFile: string;
  lpParameters: string;
  lpDirectory: string;
  nShow: number;
  /** Set by the call. */
  hProcess?: Handle | null;
}

export interface Shell32 {
  readonly executeInfoBytes: number;
  readonly ShellExecuteExW: KoffiFunc<(info: ShellExecuteInfo) => BOOL>;
}

export const shell32: () => Shell32 = systemLibrary('shell32.dll', (dll, koffi) => {
  const info = koffi.struct('SHELLEXECUTEINFOW', {
    cbSize: 'uint32_t',
    fMask: 'uint32_t',
    hwnd: 'void *',
    lpVerb: 'str16',
    lpFile: 'str16',
    lpParameters: 'str16',
    lpDirectory: 'str16',
    nShow: 'int',
    hInstApp: 'void *',
    lpIDList: 'void *',
    lpClass: 'str16',
    hkeyClass: 'void *',
    dwHotKey: 'uint32_t',
    hIcon: 'void *',
    hProcess: 'void *',
  });
  return {
    executeInfoBytes: koffi.sizeof(info),
    ShellExecuteExW: dll.func('__stdcall', 'ShellExecuteExW', 'int', [koffi.inout(koffi.pointer(info))]),
  };
});
