// Which other process has shared memory open (ntdll.dll, kernel32.dll, kernelbase.dll).
import { handlesOfSameObject, type ObjectHandles, type OpenHandle } from './handle-table.ts';
import { closeHandle, kernel32 } from './kernel32.ts';
import { type BOOL, type Handle, systemLibrary } from './native-library.ts';
import { ntdll } from './ntdll.ts';

const SYSTEM_EXTENDED_HANDLE_INFORMATION = 64;
const STATUS_INFO_LENGTH_MISMATCH = 0xc000_0004 | 0;
const PROCESS_DUP_HANDLE = 0x0040;
const DUPLICATE_SAME_ACCESS = 2;
/** A quarter of what a desktop has open; grown where it is not enough. */
const FIRST_TABLE_BYTES = 1 << 20;
const MAX_TABLE_BYTES = 1 << 26;

interface HandleFunctions {
  CompareObjectHandles(first: Handle, second: Handle): BOOL;
}

const kernelbase = systemLibrary(
  'kernelbase.dll',
  (dll): HandleFunctions => ({
    CompareObjectHandles: dll.func('int __stdcall CompareObjectHandles(void *, void *)'),
  }),
);

let tableBytes = FIRST_TABLE_BYTES;

/**
 * The process, beside our own, that has the section open: of several the one among `likely`, which are looked at first.
 * Undefined when nobody has, several have, or the system does not tell.
 */
export function holderOfSection(section: Handle, likely: readonly number[]): number | undefined {
  const table = readHandleTable();
  const found = table && handlesOfSameObject(table, { pid: process.pid, handle: section });
  if (!found) return undefined;
  const isLikely = ({ pid }: OpenHandle) => likely.includes(pid);
  const [first] = holdersAmong(found, section, isLikely);
  if (first !== undefined) return first;
  const [only, ...others] = holdersAmong(found, section, (open) => !isLikely(open));
  return others.length === 0 ? only : undefined;
}

function holdersAmong(
  { areTheObjects, handles }: ObjectHandles,
  section: Handle,
  isAsked: (open: OpenHandle) => boolean,
): number[] {
  const asked = handles.filter(isAsked);
  const pids = [...new Set(asked.map(({ pid }) => pid))];
  if (areTheObjects) return pids;
  return pids.filter((holder) =>
    hasObjectOpen(
      holder,
      asked.filter(({ pid }) => pid === holder),
      section,
    ),
  );
}

/** False also where handles have been closed since, and for a process that lets nobody look. */
function hasObjectOpen(pid: number, handles: readonly OpenHandle[], object: Handle): boolean {
  // SAFETY: a pid that does not exist gives null.
  const holder = kernel32().OpenProcess(PROCESS_DUP_HANDLE, 0, pid);
  if (holder === null) return false;
  try {
    return handles.some(({ handle }) => isSameObject(holder, handle, object));
  } finally {
    closeHandle(holder);
  }
}

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
