// How many handles a process has open. GetProcessHandleCount is always 0 under Wine 8; the system's table is real.
import { koffi } from '../../../ipc/win32/libraries/native-library.ts';

const SYSTEM_EXTENDED_HANDLE_INFORMATION = 64;
const TABLE_BYTES = 8 << 20;
const HEADER_BYTES = 16;
const ENTRY_BYTES = 40;

/** Counts them in the table of all handles. Throws when the system does not give it. */
export function openHandles(pid: number): number {
  const query = koffi()
    .load('ntdll.dll')
    .func('int32_t __stdcall NtQuerySystemInformation(int, _Out_ uint8_t *, uint32_t, void *)');
  const table = new Uint8Array(TABLE_BYTES);
  // SAFETY: at most TABLE_BYTES are written; a longer table is an error.
  const status: number = query(SYSTEM_EXTENDED_HANDLE_INFORMATION, table, table.length, null);
  if (status !== 0) throw new Error(`NtQuerySystemInformation failed: status ${status}`);
  const view = new DataView(table.buffer);
  const total = Number(view.getBigUint64(0, true));
  let count = 0;
  for (let index = 0; index < total; index++) {
    if (Number(view.getBigUint64(HEADER_BYTES + index * ENTRY_BYTES + 8, true)) === pid) count += 1;
  }
  return count;
}
