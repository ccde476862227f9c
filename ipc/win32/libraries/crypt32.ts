// crypt32.dll: memory encryption by the system, and its stores of certificates. Declarations only.
import { type BOOL, type Handle, systemLibrary } from './native-library.ts';

type Address = Handle | null;
type Out<T> = (T | null)[];

/** The members of a CERT_CONTEXT that are read. */
export interface CertificateContext {
  readonly pbCertEncoded: Handle;
  readonly cbCertEncoded: number;
}

/** The members of a CRYPT_KEY_PROV_INFO that are read. */
export interface KeyProviderInfo {
  readonly pwszContainerName: string | null;
  readonly pwszProvName: string | null;
  readonly dwProvType: number;
  readonly dwFlags: number;
  readonly dwKeySpec: number;
}

export interface Crypt32 {
  CryptProtectMemory(data: Uint8Array, size: number, flags: number): BOOL;
  CertOpenStore(provider: Handle, encoding: number, legacy: null, flags: number, name: string): Address;
  CertCloseStore(store: Handle, flags: number): BOOL;
  /** Frees `previous`. */
  CertEnumCertificatesInStore(store: Handle, previous: Address): Address;
  CertFreeCertificateContext(certificate: Handle): BOOL;
  CertGetCertificateContextProperty(
    certificate: Handle,
    property: number,
    data: Uint8Array,
    size: (number | null)[],
  ): BOOL;
  CertGetNameStringW(
    certificate: Handle,
    type: number,
    flags: number,
    parameter: null,
    name: Uint16Array,
    units: number,
  ): number;
  CryptAcquireCertificatePrivateKey(
    certificate: Handle,
    flags: number,
    parameters: null,
    key: Out<Handle>,
    keySpec: Out<number>,
    callerFrees: Out<BOOL>,
  ): BOOL;
  readContext(certificate: Handle): CertificateContext;
  readKeyProviderInfo(data: Uint8Array): KeyProviderInfo;
}

export const crypt32: () => Crypt32 = systemLibrary('crypt32.dll', (dll, koffi) => {
  const context = koffi.struct({
    dwCertEncodingType: 'uint32_t',
    pbCertEncoded: 'void *',
    cbCertEncoded: 'uint32_t',
    pCertInfo: 'void *',
    hCertStore: 'void *',
  });
  const providerInfo = koffi.struct({
    pwszContainerName: 'str16',
    pwszProvName: 'str16',
    dwProvType: 'uint32_t',
    dwFlags: 'uint32_t',
    cProvParam: 'uint32_t',
    rgProvParam: 'void *',
    dwKeySpec: 'uint32_t',
  });
  return {
    CryptProtectMemory: dll.func('int __stdcall CryptProtectMemory(_Inout_ uint8_t *, uint32_t, uint32_t)'),
    CertOpenStore: dll.func('void * __stdcall CertOpenStore(void *, uint32_t, void *, uint32_t, str16)'),
    CertCloseStore: dll.func('int __stdcall CertCloseStore(void *, uint32_t)'),
    CertEnumCertificatesInStore: dll.func('void * __stdcall CertEnumCertificatesInStore(void *, void *)'),
    CertFreeCertificateContext: dll.func('int __stdcall CertFreeCertificateContext(void *)'),
    CertGetCertificateContextProperty: dll.func(
      'int __stdcall CertGetCertificateContextProperty(void *, uint32_t, _Out_ uint8_t *, _Inout_ uint32_t *)',
    ),
    CertGetNameStringW: dll.func(
      'uint32_t __stdcall CertGetNameStringW(void *, uint32_t, uint32_t, void *, _Out_ uint16_t *, uint32_t)',
    ),
    CryptAcquireCertificatePrivateKey: dll.func(
      'int __stdcall CryptAcquireCertificatePrivateKey(void *, uint32_t, void *, _Out_ void **, _Out_ uint32_t *, _Out_ int *)',
    ),
    readContext: (certificate) => koffi.decode(certificate, context) as CertificateContext,
    readKeyProviderInfo: (data) => koffi.decode(data, providerInfo) as KeyProviderInfo,
  };
});
