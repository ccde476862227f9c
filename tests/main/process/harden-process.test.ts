// The order in which a process on Windows is closed.
import { afterEach, expect, it, vi } from 'vitest';
import { hardenProcess } from '../../../main/process/harden-process.ts';

const done = vi.hoisted((): unknown[][] => []);
const system = vi.hoisted(() => ({ refuses: false }));

vi.mock('../../../ipc/win32/security/process-hardening.ts', () => ({
  restrictDllSearch(also: unknown) {
    if (system.refuses) throw new Error('SetDefaultDllDirectories');
    done.push(['DLLs', also]);
  },
  suppressCrashDumps: () => done.push(['dumps']),
  restrictProcessAccess: () => done.push(['access']),
}));

afterEach(() => {
  vi.unstubAllGlobals();
  system.refuses = false;
  done.length = 0;
});

it.each([
  ['the agent', {}, [['DLLs', undefined], ['dumps']]],
  ['the agent with --restrict-acl', { restrictAcl: true }, [['DLLs', undefined], ['dumps'], ['access']]],
  ['the tray', { dllsAlsoFrom: 'application' }, [['DLLs', { andFrom: 'application' }], ['dumps']]],
] as const)('restricts where %s takes DLLs from before anything else', async (_, hardening, steps) => {
  vi.stubGlobal('process', { ...process, platform: 'win32' });
  await hardenProcess(hardening);
  expect(done).toEqual(steps);
});

it('makes no crash dumps where the system refuses that, and says so', async () => {
  vi.stubGlobal('process', { ...process, platform: 'win32' });
  system.refuses = true;
  await expect(hardenProcess({ dllsAlsoFrom: 'application' })).rejects.toThrow('SetDefaultDllDirectories');
  expect(done).toEqual([['dumps']]);
});
