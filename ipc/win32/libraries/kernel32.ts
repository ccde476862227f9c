// kernel32.dll: declarations only. What the calls mean is in the files that make them.
import type { KoffiFunc } from 'koffi';
import { type BOOL, type Handle, systemLibrary } from './native-library.ts';

type Address = bigint | null;
type Out<T> = (T | null)[];

/** MEMORY_BASIC_INFORMATION; empty before the call. */
export interface MemoryFacts {
  RegionSize?: number | bigint;
  State?: number;
}

export interface Kernel32 {
  readonly memoryFactsBytes: number;
  CloseHandle(handle: Handle): BOOL;
  GetLastError(): number;
  FormatMessageW(
    flags: number,
    source: null,
    code: number,
    language: number,
    text: Uint16Array,
    size: number,
    args: null,
  ): number;
  LocalFree(memory: Handle): Address;
  GetModuleHandleW(name: string | null): Address;
  GetProcAddress(module: Handle, name: string): Address;

  CreateNamedPipeW(
    name: string,
    openMode: number,
    pipeMode: number,
    maxInstances: number,
    outBytes: number,
    inBytes: number,
    timeoutMs: number,
    securityAttributes: Handle,
  ): Handle;
  ConnectNamedPipe(pipe: Handle, overlapped: Handle): BOOL;
  CancelIoEx(handle: Handle, overlapped: Handle): BOOL;
  GetNamedPipeClientProcessId(pipe: Handle, pid: Out<number>): BOOL;
  GetNamedPipeServerProcessId(pipe: Handle, pid: Out<number>): BOOL;
  CreateFileW(
    name: string,
    access: number,
    share: number,
    security: null,
    disposition: number,
    flags: number,
    template: null,
  ): Handle;
  WaitNamedPipeW(name: string, timeoutMs: number): BOOL;
  SetFileAttributesW(name: string, attributes: number): BOOL;
  GetFileAttributesW(name: string): number;

  CreateEventW(security: null, manualReset: BOOL, initialState: BOOL, name: null): Address;
  SetEvent(event: Handle): BOOL;
  CreateMutexW(security: Handle, initialOwner: BOOL, name: string): Address;
  ReleaseMutex(mutex: Handle): BOOL;
  WaitForSingleObject: KoffiFunc<(handle: Handle, timeoutMs: number) => number>;

  GetCurrentProcess(): Handle;
  TerminateProcess(process: Handle, exitCode: number): BOOL;
  DuplicateHandle(
    source: Handle,
    handle: Handle,
    target: Handle,
    copy: Out<Handle>,
    access: number,
    inherit: BOOL,
    options: number,
  ): BOOL;
  OpenProcess(access: number, inherit: BOOL, pid: number): Address;
  GetProcessTimes(
    process: Handle,
    creation: BigUint64Array,
    exit: BigUint64Array,
    kernel: BigUint64Array,
    user: BigUint64Array,
  ): BOOL;
  QueryFullProcessImageNameW(process: Handle, flags: number, name: Uint16Array, size: Out<number>): BOOL;
  OpenThread(access: number, inherit: BOOL, threadId: number): Address;
  GetProcessIdOfThread(thread: Handle): number;
  CreateToolhelp32Snapshot(flags: number, pid: number): Handle;
  Process32FirstW(snapshot: Handle, entry: Uint8Array): BOOL;
  Process32NextW(snapshot: Handle, entry: Uint8Array): BOOL;

  OpenFileMappingW(access: number, inherit: BOOL, name: string): Address;
  MapViewOfFile(mapping: Handle, access: number, high: number, low: number, bytes: number): Address;
  UnmapViewOfFile(view: Handle): BOOL;
  VirtualQuery(address: Handle, facts: MemoryFacts, bytes: number): number | bigint;
  ReadProcessMemory(process: Handle, from: Handle, to: Uint8Array, bytes: number, read: null): BOOL;
  WriteProcessMemory(process: Handle, to: Handle, from: Uint8Array, bytes: number, written: null): BOOL;

  MultiByteToWideChar(
    codePage: number,
    flags: number,
    bytes: Uint8Array,
    length: number,
    text: Uint16Array,
    size: number,
  ): number;
  WideCharToMultiByte(
    codePage: number,
    flags: number,
    text: Uint16Array,
    length: number,
    bytes: Uint8Array,
    size: number,
    fallback: null,
    usedFallback: null,
  ): number;
  GetACP(): number;

  ReplaceFileW(
    replaced: string,
    replacement: string,
    backup: null,
    flags: number,
    exclude: null,
    reserved: null,
  ): BOOL;
  GetDriveTypeW(root: string): number;

  SetDefaultDllDirectories(flags: number): BOOL;
  SetErrorMode(mode: number): number;
  WerSetFlags(flags: number): number;
}

const MEMORY_BASIC_INFORMATION = {
  BaseAddress: 'void *',
  AllocationBase: 'void *',
  AllocationProtect: 'uint32_t',
  PartitionId: 'uint16_t',
  RegionSize: 'size_t',
  State: 'uint32_t',
  Protect: 'uint32_t',
  Type: 'uint32_t',
};

export const kernel32: () => Kernel32 = systemLibrary('kernel32.dll', (dll, koffi) => {
  const memoryFacts = koffi.struct(MEMORY_BASIC_INFORMATION);
  return {
    memoryFactsBytes: koffi.sizeof(memoryFacts),
    CloseHandle: dll.func('int __stdcall CloseHandle(void *)'),
    GetLastError: dll.func('uint32_t __stdcall GetLastError()'),
    FormatMessageW: dll.func(
      'uint32_t __stdcall FormatMessageW(uint32_t, void *, uint32_t, uint32_t, _Out_ uint16_t *, uint32_t, void *)',
    ),
    LocalFree: dll.func('void * __stdcall LocalFree(void *)'),
    GetModuleHandleW: dll.func('void * __stdcall GetModuleHandleW(str16)'),
    GetProcAddress: dll.func('void * __stdcall GetProcAddress(void *, str)'),

    CreateNamedPipeW: dll.func(
      'void * __stdcall CreateNamedPipeW(str16, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t, void *)',
    ),
    ConnectNamedPipe: dll.func('int __stdcall ConnectNamedPipe(void *, void *)'),
    CancelIoEx: dll.func('int __stdcall CancelIoEx(void *, void *)'),
    GetNamedPipeClientProcessId: dll.func(
      'int __stdcall GetNamedPipeClientProcessId(void *, _Out_ uint32_t *)',
    ),
    GetNamedPipeServerProcessId: dll.func(
      'int __stdcall GetNamedPipeServerProcessId(void *, _Out_ uint32_t *)',
    ),
    CreateFileW: dll.func(
      'void * __stdcall CreateFileW(str16, uint32_t, uint32_t, void *, uint32_t, uint32_t, void *)',
    ),
    WaitNamedPipeW: dll.func('int __stdcall WaitNamedPipeW(str16, uint32_t)'),
    SetFileAttributesW: dll.func('int __stdcall SetFileAttributesW(str16, uint32_t)'),
    GetFileAttributesW: dll.func('uint32_t __stdcall GetFileAttributesW(str16)'),

    CreateEventW: dll.func('void * __stdcall CreateEventW(void *, int, int, str16)'),
    SetEvent: dll.func('int __stdcall SetEvent(void *)'),
    CreateMutexW: dll.func('void * __stdcall CreateMutexW(void *, int, str16)'),
    ReleaseMutex: dll.func('int __stdcall ReleaseMutex(void *)'),
    WaitForSingleObject: dll.func('uint32_t __stdcall WaitForSingleObject(void *, uint32_t)'),

    GetCurrentProcess: dll.func('void * __stdcall GetCurrentProcess()'),
    TerminateProcess: dll.func('int __stdcall TerminateProcess(void *, uint32_t)'),
    DuplicateHandle: dll.func(
      'int __stdcall DuplicateHandle(void *, void *, void *, _Out_ void **, uint32_t, int, uint32_t)',
    ),
    OpenProcess: dll.func('void * __stdcall OpenProcess(uint32_t, int, uint32_t)'),
    GetProcessTimes: dll.func(
      'int __stdcall GetProcessTimes(void *, _Out_ uint64_t *, _Out_ uint64_t *, _Out_ uint64_t *, _Out_ uint64_t *)',
    ),
    QueryFullProcessImageNameW: dll.func(
      'int __stdcall QueryFullProcessImageNameW(void *, uint32_t, _Out_ uint16_t *, _Inout_ uint32_t *)',
    ),
    OpenThread: dll.func('void * __stdcall OpenThread(uint32_t, int, uint32_t)'),
    GetProcessIdOfThread: dll.func('uint32_t __stdcall GetProcessIdOfThread(void *)'),
    CreateToolhelp32Snapshot: dll.func('void * __stdcall CreateToolhelp32Snapshot(uint32_t, uint32_t)'),
    Process32FirstW: dll.func('int __stdcall Process32FirstW(void *, _Inout_ uint8_t *)'),
    Process32NextW: dll.func('int __stdcall Process32NextW(void *, _Inout_ uint8_t *)'),

    OpenFileMappingW: dll.func('void * __stdcall OpenFileMappingW(uint32_t, int, str16)'),
    MapViewOfFile: dll.func('void * __stdcall MapViewOfFile(void *, uint32_t, uint32_t, uint32_t, size_t)'),
    UnmapViewOfFile: dll.func('int __stdcall UnmapViewOfFile(void *)'),
    VirtualQuery: dll.func('__stdcall', 'VirtualQuery', 'size_t', [
      'void *',
      koffi.out(koffi.pointer(memoryFacts)),
      'size_t',
    ]),
    ReadProcessMemory: dll.func(
      'int __stdcall ReadProcessMemory(void *, void *, _Out_ uint8_t *, size_t, void *)',
    ),
    WriteProcessMemory: dll.func(
      'int __stdcall WriteProcessMemory(void *, void *, uint8_t *, size_t, void *)',
    ),

    MultiByteToWideChar: dll.func(
      'int __stdcall MultiByteToWideChar(uint32_t, uint32_t, uint8_t *, int, _Out_ uint16_t *, int)',
    ),
    WideCharToMultiByte: dll.func(
      'int __stdcall WideCharToMultiByte(uint32_t, uint32_t, uint16_t *, int, _Out_ uint8_t *, int, void *, void *)',
    ),
    GetACP: dll.func('uint32_t __stdcall GetACP()'),

    ReplaceFileW: dll.func('int __stdcall ReplaceFileW(str16, str16, str16, uint32_t, void *, void *)'),
    GetDriveTypeW: dll.func('uint32_t __stdcall GetDriveTypeW(str16)'),

    SetDefaultDllDirectories: dll.func('int __stdcall SetDefaultDllDirectories(uint32_t)'),
    SetErrorMode: dll.func('uint32_t __stdcall SetErrorMode(uint32_t)'),
    WerSetFlags: dll.func('int32_t __stdcall WerSetFlags(uint32_t)'),
  };
});

/** A loaded module of this process: the executable itself for null. */
export function moduleHandle(name: string | null): Handle {
  // SAFETY: does not add a reference; system DLLs and the executable stay for the process's life.
  const module = kernel32().GetModuleHandleW(name);
  if (module === null) throw new Error(`${name} is not loaded in this process`);
  return module;
}

/** The address of an exported function of a loaded DLL. */
export function procedureAddress(dll: string, name: string): Handle {
  // SAFETY: the module stays loaded; the string lives for the call.
  const address = kernel32().GetProcAddress(moduleHandle(dll), name);
  if (address === null) throw new Error(`${dll} has no ${name}`);
  return address;
}

/** Closes a handle that is ours; it must not be used again. */
export function closeHandle(handle: Handle): void {
  // SAFETY: the caller owns the handle and forgets it.
  kernel32().CloseHandle(handle);
}
