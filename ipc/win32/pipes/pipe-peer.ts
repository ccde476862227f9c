// Whether a pipe's client is still there, also while nothing is read from it.
import type { Handle } from '../libraries/native-library.ts';
import { ntdll } from '../libraries/ntdll.ts';

const FILE_PIPE_LOCAL_INFORMATION = 24;
const FILE_PIPE_CLOSING_STATE = 4;
/** sizeof(FILE_PIPE_LOCAL_INFORMATION): ten ULONGs, of which NamedPipeState is the ninth. */
const INFORMATION_BYTES = 40;
const STATE_OFFSET = 32;
/** sizeof(IO_STATUS_BLOCK) on 64-bit Windows. */
const STATUS_BYTES = 16;

/**
 * True when the client has closed its end; what it has sent may be unread. PeekNamedPipe tells that only once all is
 * read. False where the system does not say. `pipe` is the server's end, opened for overlapped I/O: on another one
 * the call would wait for a read that goes on.
 */
export function hasPipeClientLeft(pipe: Handle): boolean {
  const facts = new Uint8Array(INFORMATION_BYTES);
  // SAFETY: both sizes are the structures' own; the caller holds the handle open.
  const status = ntdll().NtQueryInformationFile(
    pipe,
    new Uint8Array(STATUS_BYTES),
    facts,
    INFORMATION_BYTES,
    FILE_PIPE_LOCAL_INFORMATION,
  );
  return status === 0 && new DataView(facts.buffer).getUint32(STATE_OFFSET, true) === FILE_PIPE_CLOSING_STATE;
}
