// secur32.dll: the user's name as the directory knows it. Declarations only.
import { type BOOL, systemLibrary } from './native-library.ts';

export interface Secur32 {
  GetUserNameExW(format: number, name: Uint16Array, size: (number | null)[]): BOOL;
}

export const secur32: () => Secur32 = systemLibrary('secur32.dll', (dll) => ({
  GetUserNameExW: dll.func('int __stdcall GetUserNameExW(int, _Out_ uint16_t *, _Inout_ uint32_t *)'),
}));
