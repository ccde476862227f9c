// Named shared memory that another program has made: opened, measured, read and written by copies.
import { closeHandle, kernel32, type MemoryFacts } from '../libraries/kernel32.ts';
import type { Handle } from '../libraries/native-library.ts';
import { READ_CONTROL } from '../libraries/win32-constants.ts';
import { lastWin32Error } from '../libraries/win32-error.ts';
import { handleCountOf } from './object-handles.ts';

const FILE_MAP_WRITE = 0x0002;
const FILE_MAP_READ = 0x0004;
const MEM_COMMIT = 0x1000;
const CURRENT_PROCESS: Handle = 0xffff_ffff_ffff_ffffn;

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
