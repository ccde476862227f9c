// Which process serves a pipe name that we wanted, and whether there is one at all.
import { closeHandle, kernel32 } from '../libraries/kernel32.ts';
import { INVALID_HANDLE_VALUE } from '../libraries/native-library.ts';
import { OPEN_EXISTING } from '../libraries/win32-constants.ts';
import { ERROR_SEM_TIMEOUT } from '../libraries/win32-error.ts';
import { executableOf } from '../processes/process-executable.ts';

const FILE_READ_ATTRIBUTES = 0x0080;
const GENERIC_READ = 0x8000_0000;
/** SECURITY_ANONYMOUS: the server that we only look at must not act in our name. */
const SECURITY_SQOS_PRESENT = 0x0010_0000;

export interface PipeHolder {
  readonly pid: number;
  readonly executable?: string;
}

/** True when the name is served by somebody. Does not connect, so nobody notices. */
export function pipeExists(name: string): boolean {
  // SAFETY: the name lives for the call, which returns after a millisecond at most.
  if (kernel32().WaitNamedPipeW(name, 1)) return true;
  // SAFETY: asks for the error of the call before. A time-out: it is there, and all its instances are busy.
  return kernel32().GetLastError() === ERROR_SEM_TIMEOUT;
}

/** The process that serves the name; undefined when it can't be learnt. Connects for a moment. */
export function findPipeHolder(name: string): PipeHolder | undefined {
  for (const access of [FILE_READ_ATTRIBUTES, GENERIC_READ]) {
    // SAFETY: strings live for the call; no structure is passed.
    const pipe = kernel32().CreateFileW(name, access, 0, null, OPEN_EXISTING, SECURITY_SQOS_PRESENT, null);
    if (pipe === INVALID_HANDLE_VALUE) continue;
    const pid = [0];
    // SAFETY: writes one uint32.
    const known = kernel32().GetNamedPipeServerProcessId(pipe, pid);
    closeHandle(pipe);
    if (!known || !pid[0]) return undefined;
    const executable = executableOf(pid[0]);
    return { pid: pid[0], ...(executable !== undefined && { executable }) };
  }
  return undefined;
}
