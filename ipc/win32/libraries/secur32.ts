// secur32.dll: the user's name as the directory knows it. Declarations only.
import type { KoffiFunc } from 'koffi';
import { type Handle, systemLibrary } from './native-library.ts';

export interface Secur32 {
  /** Gives a BOOLEAN, one byte: what the rest of the register holds means nothing. */
  GetUserNameExW: KoffiFunc<(format: number, name: Handle, units: (number | null)[]) => number>;
}

export const secur32: () => Secur32 = systemLibrary('secur32.dll', (dll) => ({
  GetUserNameExW: dll.func('uint8_t __stdcall GetUserNameExW(int, void *, _Inout_ uint32_t *)'),
}));
