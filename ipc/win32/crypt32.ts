// crypt32.dll: memory encryption by the system. Declarations only.
import { systemLibrary } from './native-library.ts';

export interface Crypt32 {
  CryptProtectMemory(data: Uint8Array, size: number, flags: number): boolean;
}

export const crypt32: () => Crypt32 = systemLibrary('crypt32.dll', (dll) => ({
  CryptProtectMemory: dll.func('bool __stdcall CryptProtectMemory(_Inout_ uint8_t *, uint32_t, uint32_t)'),
}));
