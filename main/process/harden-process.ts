// What a process of ours does for its own safety before it holds a key.
import { disableCoreDumps } from '../../ipc/posix/hardening/core-dumps.ts';

export interface Hardening {
  /** The folder of the program's own DLLs, where it has some; else only those of Windows are taken. */
  readonly dllsAlsoFrom?: 'application';
  /** Let no other process of the user read or change this one. */
  readonly restrictAcl?: boolean;
}

/** Throws when the system refuses: an agent that was to be closed must not run open. */
export async function hardenProcess({ dllsAlsoFrom, restrictAcl = false }: Hardening): Promise<void> {
  if (process.platform !== 'win32') return disableCoreDumps();
  const { restrictDllSearch, restrictProcessAccess, suppressCrashDumps } = await import(
    '../../ipc/win32/security/process-hardening.ts'
  );
  try {
    // First: what comes after may load a DLL.
    restrictDllSearch(dllsAlsoFrom && { andFrom: dllsAlsoFrom });
  } finally {
    // Also in a program that goes on without the other.
    suppressCrashDumps();
  }
  if (restrictAcl) restrictProcessAccess();
}
