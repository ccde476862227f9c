// What the agent does for its own safety before it holds a key.
import { disableCoreDumps } from '../../../ipc/posix/core-dumps.ts';

/** Throws when the system refuses: an agent that was to be closed must not run open. */
export async function hardenProcess({ restrictAcl }: { readonly restrictAcl: boolean }): Promise<void> {
  if (process.platform !== 'win32') return disableCoreDumps();
  const { restrictDllSearch, restrictProcessAccess, suppressCrashDumps } = await import(
    '../../../ipc/win32/security/process-hardening.ts'
  );
  restrictDllSearch();
  suppressCrashDumps();
  if (restrictAcl) restrictProcessAccess();
}
