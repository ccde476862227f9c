// Takes no DLL that somebody planted and keeps keys out of crash dumps.
import { disableCoreDumps } from '../../../ipc/posix/core-dumps.ts';

/** Best effort: where the system refuses, we are as safe as any other program, and `log` says so. */
export async function hardenProcess(log: (line: string) => void): Promise<void> {
  try {
    disableCoreDumps();
    if (process.platform !== 'win32') return;
    const { restrictDllSearch, suppressCrashDumps } = await import(
      '../../../ipc/win32/security/process-hardening.ts'
    );
    suppressCrashDumps();
    restrictDllSearch({ andFrom: 'application' });
  } catch (error: unknown) {
    log(`process hardening: ${error instanceof Error ? error.message : 'incomplete'}`);
  }
}
