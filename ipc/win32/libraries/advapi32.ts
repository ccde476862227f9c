// advapi32.dll: tokens, security descriptors, the registry. Declarations only.
import { type BOOL, type Handle, systemLibrary } from './native-library.ts';

type Out<T> = (T | null)[];

export interface Advapi32 {
  OpenProcessToken(process: Handle, access: number, token: Out<Handle>): BOOL;
  GetTokenInformation(
    token: Handle,
    informationClass: number,
    info: Handle | null,
    size: number,
    needed: Out<number>,
  ): BOOL;
  GetUserNameW(name: Uint16Array, size: Out<number>): BOOL;
  GetKernelObjectSecurity(
    handle: Handle,
    information: number,
    descriptor: Uint8Array,
    size: number,
    needed: Out<number>,
  ): BOOL;
  SetKernelObjectSecurity(handle: Handle, information: number, descriptor: Handle): BOOL;
  GetFileSecurityW(
    name: string,
    information: number,
    descriptor: Uint8Array,
    size: number,
    needed: Out<number>,
  ): BOOL;
  SetFileSecurityW(name: string, information: number, descriptor: Handle): BOOL;
  ConvertStringSecurityDescriptorToSecurityDescriptorW(
    sddl: string,
    revision: number,
    descriptor: Out<Handle>,
    size: Out<number>,
  ): BOOL;
  RegGetValueW(
    key: Handle,
    subKey: string,
    value: string,
    flags: number,
    type: null,
    data: Uint16Array,
    bytes: Out<number>,
  ): number;
  RegOpenKeyExW(key: Handle, subKey: string, options: number, access: number, opened: Out<Handle>): number;
  RegEnumValueW(
    key: Handle,
    index: number,
    name: Uint16Array,
    nameUnits: Out<number>,
    reserved: null,
    type: Out<number>,
    data: Uint16Array,
    bytes: Out<number>,
  ): number;
  RegEnumKeyExW(
    key: Handle,
    index: number,
    name: Uint16Array,
    nameUnits: Out<number>,
    reserved: null,
    className: null,
    classUnits: null,
    lastWrite: null,
  ): number;
  RegCloseKey(key: Handle): number;
  RegSetKeyValueW(
    key: Handle,
    subKey: string,
    name: string,
    type: number,
    data: Uint8Array,
    bytes: number,
  ): number;
  RegDeleteKeyValueW(key: Handle, subKey: string, name: string): number;
  OpenSCManagerW(machine: null, database: null, access: number): Handle | null;
  OpenServiceW(manager: Handle, name: string, access: number): Handle | null;
  QueryServiceConfigW(service: Handle, config: Uint8Array, size: number, needed: Out<number>): BOOL;
  QueryServiceStatus(service: Handle, status: Uint8Array): BOOL;
  CloseServiceHandle(handle: Handle): BOOL;
}

export const advapi32: () => Advapi32 = systemLibrary('advapi32.dll', (dll) => ({
  OpenProcessToken: dll.func('int __stdcall OpenProcessToken(void *, uint32_t, _Out_ void **)'),
  GetTokenInformation: dll.func(
    'int __stdcall GetTokenInformation(void *, int, void *, uint32_t, _Out_ uint32_t *)',
  ),
  GetUserNameW: dll.func('int __stdcall GetUserNameW(_Out_ uint16_t *, _Inout_ uint32_t *)'),
  GetKernelObjectSecurity: dll.func(
    'int __stdcall GetKernelObjectSecurity(void *, uint32_t, _Out_ uint8_t *, uint32_t, _Out_ uint32_t *)',
  ),
  SetKernelObjectSecurity: dll.func('int __stdcall SetKernelObjectSecurity(void *, uint32_t, void *)'),
  GetFileSecurityW: dll.func(
    'int __stdcall GetFileSecurityW(str16, uint32_t, _Out_ uint8_t *, uint32_t, _Out_ uint32_t *)',
  ),
  SetFileSecurityW: dll.func('int __stdcall SetFileSecurityW(str16, uint32_t, void *)'),
  ConvertStringSecurityDescriptorToSecurityDescriptorW: dll.func(
    'int __stdcall ConvertStringSecurityDescriptorToSecurityDescriptorW(str16, uint32_t, _Out_ void **, _Out_ uint32_t *)',
  ),
  RegGetValueW: dll.func(
    'int32_t __stdcall RegGetValueW(void *, str16, str16, uint32_t, void *, _Out_ uint16_t *, _Inout_ uint32_t *)',
  ),
  RegOpenKeyExW: dll.func(
    'int32_t __stdcall RegOpenKeyExW(void *, str16, uint32_t, uint32_t, _Out_ void **)',
  ),
  RegEnumValueW: dll.func(
    'int32_t __stdcall RegEnumValueW(void *, uint32_t, _Out_ uint16_t *, _Inout_ uint32_t *, void *, _Out_ uint32_t *, _Out_ uint16_t *, _Inout_ uint32_t *)',
  ),
  RegEnumKeyExW: dll.func(
    'int32_t __stdcall RegEnumKeyExW(void *, uint32_t, _Out_ uint16_t *, _Inout_ uint32_t *, void *, void *, void *, void *)',
  ),
  RegCloseKey: dll.func('int32_t __stdcall RegCloseKey(void *)'),
  RegSetKeyValueW: dll.func(
    'int32_t __stdcall RegSetKeyValueW(void *, str16, str16, uint32_t, uint8_t *, uint32_t)',
  ),
  RegDeleteKeyValueW: dll.func('int32_t __stdcall RegDeleteKeyValueW(void *, str16, str16)'),
  OpenSCManagerW: dll.func('void * __stdcall OpenSCManagerW(str16, str16, uint32_t)'),
  OpenServiceW: dll.func('void * __stdcall OpenServiceW(void *, str16, uint32_t)'),
  QueryServiceConfigW: dll.func(
    'int __stdcall QueryServiceConfigW(void *, _Out_ uint8_t *, uint32_t, _Out_ uint32_t *)',
  ),
  QueryServiceStatus: dll.func('int __stdcall QueryServiceStatus(void *, _Out_ uint8_t *)'),
  CloseServiceHandle: dll.func('int __stdcall CloseServiceHandle(void *)'),
}));
