// ncrypt.dll: keys by the key storage providers of Windows (CNG), whatever they keep them in. Declarations only.
import type { LibraryHandle } from 'koffi';
import { type Handle, type Koffi, systemLibrary } from './native-library.ts';

type Out<T> = (T | null)[];
/** SECURITY_STATUS, as `uint32_t`: 0 is success. */
type Status = number;

export interface NCrypt {
  NCryptOpenStorageProvider(provider: Out<Handle>, name: string, flags: number): Status;
  NCryptIsAlgSupported(provider: Handle, algorithm: string, flags: number): Status;
  NCryptEnumKeys(
    provider: Handle,
    scope: null,
    name: Out<Handle>,
    state: (Handle | null)[],
    flags: number,
  ): Status;
  NCryptFreeBuffer(buffer: Handle): Status;
  NCryptOpenKey(
    provider: Handle,
    key: Out<Handle>,
    name: string,
    legacyKeySpec: number,
    flags: number,
  ): Status;
  NCryptCreatePersistedKey(
    provider: Handle,
    key: Out<Handle>,
    algorithm: string,
    name: string,
    legacyKeySpec: number,
    flags: number,
  ): Status;
  NCryptFinalizeKey(key: Handle, flags: number): Status;
  NCryptDeleteKey(key: Handle, flags: number): Status;
  NCryptGetProperty(
    object: Handle,
    property: string,
    output: Uint8Array,
    size: number,
    written: Out<number>,
    flags: number,
  ): Status;
  NCryptSetProperty(object: Handle, property: string, input: Uint8Array, size: number, flags: number): Status;
  NCryptExportKey(
    key: Handle,
    exportKey: null,
    blobType: string,
    parameters: null,
    output: Uint8Array,
    size: number,
    written: Out<number>,
    flags: number,
  ): Status;
  /** `padding` is a BCRYPT_PKCS1_PADDING_INFO, or null where the algorithm has none. */
  NCryptSignHash(
    key: Handle,
    padding: { readonly pszAlgId: string } | null,
    hash: Uint8Array,
    hashSize: number,
    signature: Uint8Array,
    size: number,
    written: Out<number>,
    flags: number,
  ): Status;
  NCryptFreeObject(object: Handle): Status;
}

function declare(dll: LibraryHandle, koffi: Koffi): NCrypt {
  // Nameless: a name may be given once only.
  const pkcs1Padding = koffi.pointer(koffi.struct({ pszAlgId: 'str16' }));
  const bytes = koffi.pointer('uint8_t');
  const bytesOut = koffi.out(bytes);
  const size = 'uint32_t';
  const sizeOut = koffi.out(koffi.pointer('uint32_t'));
  return {
    NCryptOpenStorageProvider: dll.func(
      'uint32_t __stdcall NCryptOpenStorageProvider(_Out_ void **, str16, uint32_t)',
    ),
    NCryptIsAlgSupported: dll.func('uint32_t __stdcall NCryptIsAlgSupported(void *, str16, uint32_t)'),
    NCryptEnumKeys: dll.func(
      'uint32_t __stdcall NCryptEnumKeys(void *, void *, _Out_ void **, _Inout_ void **, uint32_t)',
    ),
    NCryptFreeBuffer: dll.func('uint32_t __stdcall NCryptFreeBuffer(void *)'),
    NCryptOpenKey: dll.func(
      'uint32_t __stdcall NCryptOpenKey(void *, _Out_ void **, str16, uint32_t, uint32_t)',
    ),
    NCryptCreatePersistedKey: dll.func(
      'uint32_t __stdcall NCryptCreatePersistedKey(void *, _Out_ void **, str16, str16, uint32_t, uint32_t)',
    ),
    NCryptFinalizeKey: dll.func('uint32_t __stdcall NCryptFinalizeKey(void *, uint32_t)'),
    NCryptDeleteKey: dll.func('uint32_t __stdcall NCryptDeleteKey(void *, uint32_t)'),
    NCryptGetProperty: dll.func(
      'uint32_t __stdcall NCryptGetProperty(void *, str16, _Out_ uint8_t *, uint32_t, _Out_ uint32_t *, uint32_t)',
    ),
    NCryptSetProperty: dll.func(
      'uint32_t __stdcall NCryptSetProperty(void *, str16, uint8_t *, uint32_t, uint32_t)',
    ),
    NCryptExportKey: dll.func(
      'uint32_t __stdcall NCryptExportKey(void *, void *, str16, void *, _Out_ uint8_t *, uint32_t, _Out_ uint32_t *, uint32_t)',
    ),
    NCryptSignHash: dll.func('__stdcall', 'NCryptSignHash', 'uint32_t', [
      'void *',
      pkcs1Padding,
      bytes,
      size,
      bytesOut,
      size,
      sizeOut,
      size,
    ]),
    NCryptFreeObject: dll.func('uint32_t __stdcall NCryptFreeObject(void *)'),
  };
}

export const ncrypt: () => NCrypt = systemLibrary('ncrypt.dll', declare);
