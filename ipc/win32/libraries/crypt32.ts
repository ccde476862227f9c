// crypt32.dll: memory encryption by the system. Declarations only.
import { type BOOL, systemLibrary } from './native-library.ts';

export interface Crypt32 {
  CryptProtectMemory(data: Uint8Array, size: number, flags: number): BOOL;
}

export const crypt32: () => Crypt32 = systemLibrary('crypt32.dll', (dll) => ({
  CryptProtectMemory: dll.func('int __stdcall CryptProtectMemory(_Inout_ uint8_t *, uint32_t, uint32_t)'),
}));
