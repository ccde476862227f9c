// All processes of this moment: who started whom.
import { closeHandle, kernel32 } from './kernel32.ts';
import { INVALID_HANDLE_VALUE, wideText } from './native-library.ts';

const TH32CS_SNAPPROCESS = 0x0000_0002;
/** PROCESSENTRY32W on 64-bit Windows. */
const ENTRY_BYTES = 568;
const PID_OFFSET = 8;
const PARENT_PID_OFFSET = 32;
const FILE_NAME_OFFSET = 44;

export interface SnapshotEntry {
  /** The number the parent had when it started this process; it may belong to another one by now. */
  readonly parentPid: number;
  /** Without folder. */
  readonly fileName: string;
}

/** All processes by pid; empty when the system gives no snapshot. */
export function processSnapshot(): ReadonlyMap<number, SnapshotEntry> {
  const processes = new Map<number, SnapshotEntry>();
  // SAFETY: takes numbers only.
  const snapshot = kernel32().CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  if (snapshot === INVALID_HANDLE_VALUE) return processes;
  const entry = new Uint8Array(ENTRY_BYTES);
  const view = new DataView(entry.buffer);
  view.setUint32(0, ENTRY_BYTES, true);
  // SAFETY: the entry says its own size in its first field.
  let more = kernel32().Process32FirstW(snapshot, entry);
  while (more) {
    processes.set(view.getUint32(PID_OFFSET, true), {
      parentPid: view.getUint32(PARENT_PID_OFFSET, true),
      fileName: wideText(new Uint16Array(entry.buffer, FILE_NAME_OFFSET, 260)),
    });
    // SAFETY: as above.
    more = kernel32().Process32NextW(snapshot, entry);
  }
  closeHandle(snapshot);
  return processes;
}
