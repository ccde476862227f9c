// Named shared memory that another program has made (kernel32.dll): opened, measured, read and written by copies.
import { closeHandle } from '../libraries/kernel32.ts';
import { type BOOL, type Handle, systemLibrary } from '../libraries/native-library.ts';
import { lastWin32Error } from '../libraries/win32-error.ts';
import { handleCountOf } from './object-handles.ts';

const FILE_MAP_WRITE = 0x0002;
const FILE_MAP_READ = 0x0004;
const READ_CONTROL = 0x00020000;
const MEM_COMMIT = 0x1000;
const CURRENT_PROCESS: Handle = 0xffff_ffff_ffff_ffffn;

interface MemoryFacts {
  RegionSize?: number | bigint;
  State?: number;
}

interface MappingFunctions {
  readonly memoryFactsBytes: number;
  OpenFileMappingW(access: number, inherit: BOOL, name: string): Handle | null;
  MapViewOfFile(mapping: Handle, access: number, high: number, low: number, bytes: number): Handle | null;
  UnmapViewOfFile(view: Handle): BOOL;
  VirtualQuery(address: Handle, facts: MemoryFacts, bytes: number): number | bigint;
  ReadProcessMemory(process: Handle, from: Handle, to: Uint8Array, bytes: number, read: null): BOOL;
  WriteProcessMemory(process: Handle, to: Handle, from: Uint8Array, bytes: number, written: null): BOOL;
}

const kernel32 = systemLibrary('kernel32.dll', (dll, koffi): MappingFunctions => {
  const memoryFacts = koffi.struct({
    BaseAddress: 'void *',
    AllocationBase: 'void *',
    AllocationProtect: 'uint32_t',
    PartitionId: 'uint16_t',
    RegionSize: 'size_t',
    State: 'uint32_t',
    Protect: 'uint32_t',
    Type: 'uint32_t',
  });
  return {
    memoryFactsBytes: koffi.sizeof(memoryFacts),
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
  };
});

/** A mapping and our view of it. Others may change or lose its memory at any time, so it is only ever copied. */
export class FileMapping implements Disposable {
  /** Carries the right to read the owner. */
  readonly handle: Handle;
  #view: Handle = 0n;

  private constructor(handle: Handle) {
    this.handle = handle;
  }

  /** Opens a mapping by its name. Throws Win32Error when there is none, or none that we may read and write. */
  static open(name: string): FileMapping {
    // SAFETY: the name lives for the call; the handle is closed by dispose.
    const handle = kernel32().OpenFileMappingW(FILE_MAP_READ | FILE_MAP_WRITE | READ_CONTROL, 0, name);
    if (handle === null) throw lastWin32Error('OpenFileMappingW');
    return new FileMapping(handle);
  }

  /**
   * Maps the whole of it and returns its size in bytes, rounded up to pages: the size that Pageant and its
   * clients reckon with. Throws when there is no memory behind it.
   */
  map(): number {
    // SAFETY: the view is unmapped by dispose, and its address never leaves this object.
    const view = kernel32().MapViewOfFile(this.handle, FILE_MAP_WRITE, 0, 0, 0);
    if (view === null) throw lastWin32Error('MapViewOfFile');
    this.#view = view;
    const facts: MemoryFacts = {};
    const factsBytes = kernel32().memoryFactsBytes;
    // SAFETY: the size given is the structure's own.
    if (Number(kernel32().VirtualQuery(view, facts, factsBytes)) < factsBytes)
      throw lastWin32Error('VirtualQuery');
    // Memory that was only reserved (SEC_RESERVE) has a size but can't be touched.
    if (facts.State !== MEM_COMMIT) throw new Error('the mapping has no memory behind it');
    return Number(facts.RegionSize);
  }

  /** Copies bytes out. Throws when they can't be read: a mapped file on a lost drive, for example. */
  read(offset: number, length: number): Uint8Array {
    return copyOwnMemory(this.#view + BigInt(offset), length);
  }

  /** Copies bytes in. Throws when they can't be written. */
  write(offset: number, bytes: Uint8Array): void {
    const address = this.#view + BigInt(offset);
    // SAFETY: the system checks the range; a bad one is an error, not a crash.
    if (!kernel32().WriteProcessMemory(CURRENT_PROCESS, address, bytes, bytes.length, null)) {
      throw lastWin32Error('WriteProcessMemory');
    }
  }

  /** True once nobody but us has it open: whoever made it has closed it or died. */
  get isAbandoned(): boolean {
    return handleCountOf(this.handle) === 1;
  }

  [Symbol.dispose](): void {
    // SAFETY: the view is ours and is not used after this.
    if (this.#view !== 0n) kernel32().UnmapViewOfFile(this.#view);
    this.#view = 0n;
    closeHandle(this.handle);
  }
}

/** Copies bytes from an address of this process. Where none are it throws instead of crashing. */
export function copyOwnMemory(address: bigint, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  if (length === 0) return bytes;
  // SAFETY: the system checks the source; the target has the length given.
  if (!kernel32().ReadProcessMemory(CURRENT_PROCESS, address, bytes, length, null)) {
    throw lastWin32Error('ReadProcessMemory');
  }
  return bytes;
}
