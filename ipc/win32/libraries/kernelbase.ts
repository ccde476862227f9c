// kernelbase.dll: what kernel32.dll does not pass on. Declarations only.
import { type BOOL, type Handle, systemLibrary } from './native-library.ts';

export interface Kernelbase {
  CompareObjectHandles(first: Handle, second: Handle): BOOL;
}

export const kernelbase: () => Kernelbase = systemLibrary('kernelbase.dll', (dll) => ({
  CompareObjectHandles: dll.func('int __stdcall CompareObjectHandles(void *, void *)'),
}));
