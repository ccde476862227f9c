// The process with a foreign library in the tray application: Electron's own kind, behind the same port.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../../main/basics/clock.ts';
import { LibraryProcess } from '../../../../main/library-process/library-process.ts';
import { startUtilityLibraryProcess } from '../../../../main/shell/library-process/utility-library-process.ts';

vi.mock('electron', () => import('../../../fakes/electron/utility-process.ts'));
vi.mock('../../../../main/library-process/library-host-path.ts', async () => {
  const { fileURLToPath } = await import('node:url');
  const path = fileURLToPath(new URL('../../../fakes/library-host.ts', import.meta.url));
  return { libraryHostPath: () => path };
});

let library: LibraryProcess | undefined;
afterEach(() => library?.close());

describe.skipIf(process.platform === 'win32')('a utility process with a foreign library', () => {
  it('answers, crashes alone, and comes back', async () => {
    library = new LibraryProcess({
      program: 'any',
      start: startUtilityLibraryProcess,
      clock: { ...systemClock(), elapsedMs: () => (nowMs += 60_000) },
      prepare: async () => {},
    });
    let nowMs = 0;
    const call = async (operation: string, body = '') =>
      Buffer.from(
        (await library?.call({ operation, body: Buffer.from(body), limitMs: 60_000 })) ?? [],
      ).toString();
    expect(await call('echo', 'x'.repeat(500_000))).toHaveLength(500_000);
    const pid = await call('pid');
    expect(Number(pid)).not.toBe(process.pid);
    await expect(call('throw')).rejects.toMatchObject({ trouble: 'failed', message: 'as it says' });
    expect(await call('environment')).not.toContain('VITEST');
    await expect(call('crash')).rejects.toMatchObject({ trouble: 'crashed' });
    expect(await call('pid')).not.toBe(pid);
  });

  it('that hangs is ended', async () => {
    library = new LibraryProcess({
      program: 'any',
      start: startUtilityLibraryProcess,
      clock: systemClock(),
      prepare: async () => {},
    });
    const pid = Number(
      Buffer.from(
        await library.call({ operation: 'pid', body: new Uint8Array(), limitMs: 60_000 }),
      ).toString(),
    );
    const hang = { operation: 'hang', body: new Uint8Array(), limitMs: 100 };
    await expect(library.call(hang)).rejects.toMatchObject({ trouble: 'stuck' });
    await expect.poll(() => isThere(pid)).toBe(false);
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
