// Which other process has shared memory open.
import { closeHandle, kernel32 } from '../libraries/kernel32.ts';
import { kernelbase } from '../libraries/kernelbase.ts';
import type { Handle } from '../libraries/native-library.ts';
import { ntdll } from '../libraries/ntdll.ts';
import { handlesOfSameObject } from './handle-table.ts';
import { handleCountOf } from './object-handles.ts';
import { type HolderProcess, soleHolder } from './sole-holder.ts';

const SYSTEM_EXTENDED_HANDLE_INFORMATION = 64;
const STATUS_INFO_LENGTH_MISMATCH = 0xc000_0004 | 0;
const PROCESS_DUP_HANDLE = 0x0040;
const DUPLICATE_SAME_ACCESS = 2;
/** A quarter of what a desktop has open; grown where it is not enough. */
const FIRST_TABLE_BYTES = 1 << 20;
const MAX_TABLE_BYTES = 1 << 26;

let tableBytes = FIRST_TABLE_BYTES;

/**
 * The process, beside our own, that has the section open: of several the one among `likely`, which are looked at first.
 * Undefined when nobody has, several have, the system does not tell, or there is too much to look at.
 */
export function holderOfSection(section: Handle, likely: readonly number[]): number | undefined {
  const table = readHandleTable();
  const found = table && handlesOfSameObject(table, { pid: process.pid, handle: section });
  return (
    found &&
    soleHolder(found, {
      likely,
      handleCount: handleCountOf(section),
      lookInto: (pid) => lookInto(pid, section),
    })
  );
}

function lookInto(pid: number, object: Handle): HolderProcess | undefined {
  // SAFETY: a pid that does not exist gives null.
  const holder = kernel32().OpenProcess(PROCESS_DUP_HANDLE, 0, pid);
  if (holder === null) return undefined;
  return {
    isTheObject: (handle) => isSameObject(holder, handle, object),
    [Symbol.dispose]: () => closeHandle(holder),
  };
}

/** False also for a handle that has been closed since. */
function isSameObject(holder: Handle, handle: Handle, object: Handle): boolean {
  const copy: (Handle | null)[] = [null];
  const ourselves = kernel32().GetCurrentProcess();
  // SAFETY: writes one handle; the system refuses a number that is no handle.
  const copied = kernel32().DuplicateHandle(holder, handle, ourselves, copy, 0, 0, DUPLICATE_SAME_ACCESS);
  const [own] = copy;
  if (!copied || !own) return false;
  // SAFETY: both are open.
  const isSame = kernelbase().CompareObjectHandles(own, object) !== 0;
  closeHandle(own);
  return isSame;
}

function readHandleTable(): Uint8Array | undefined {
  while (tableBytes <= MAX_TABLE_BYTES) {
    const table = new Uint8Array(tableBytes);
    // SAFETY: at most as many bytes are written as there are; a longer table is an error.
    const status = ntdll().NtQuerySystemInformation(
      SYSTEM_EXTENDED_HANDLE_INFORMATION,
      table,
      table.length,
      null,
    );
    if (status === 0) return table;
    if (status !== STATUS_INFO_LENGTH_MISMATCH) return undefined;
    tableBytes *= 2;
  }
  return undefined;
}
