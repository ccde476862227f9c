// The file names of all processes, also of those that this user may not open.
import { closeHandle, kernel32 } from '../libraries/kernel32.ts';
import { INVALID_HANDLE_VALUE, wideText } from '../libraries/native-library.ts';

const TH32CS_SNAPPROCESS = 0x0000_0002;
/** PROCESSENTRY32W on 64-bit Windows. */
const ENTRY_BYTES = 568;
const PID_OFFSET = 8;
const FILE_NAME_OFFSET = 44;

/** Names without folder, by pid; empty when the system gives no snapshot. */
export function processFileNames(): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  // SAFETY: takes numbers only.
  const snapshot = kernel32().CreateToolhelp32Snapshot(TH32CS_SNAPPROCESS, 0);
  if (snapshot === INVALID_HANDLE_VALUE) return names;
  const entry = new Uint8Array(ENTRY_BYTES);
  const view = new DataView(entry.buffer);
  view.setUint32(0, ENTRY_BYTES, true);
  // SAFETY: the entry says its own size in its first field.
  let more = kernel32().Process32FirstW(snapshot, entry);
  while (more) {
    const name = wideText(new Uint16Array(entry.buffer, FILE_NAME_OFFSET, 260));
    names.set(view.getUint32(PID_OFFSET, true), name);
    // SAFETY: as above.
    more = kernel32().Process32NextW(snapshot, entry);
  }
  closeHandle(snapshot);
  return names;
}
