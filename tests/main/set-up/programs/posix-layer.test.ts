import type { PathLike } from 'node:fs';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { cygwinProgram } from '../../../../main/set-up/programs/posix-layer.ts';
import { SetUp } from '../../../../main/set-up/set-up.ts';
import { createSetUpRecord } from '../../../../main/set-up/set-up-record.ts';
import { InventedHome } from '../invented-home.ts';
import { InventedWindows } from '../invented-windows.ts';

/** A drive of a server that does not answer. */
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>();
  const stat = (path: PathLike) => (String(path).startsWith('H:') ? new Promise(() => {}) : real.stat(path));
  return { ...real, stat };
});

describe('Cygwin', () => {
  it('holds nobody up where its home is on a server that does not answer', async () => {
    const home = new InventedHome();
    onTestFinished(() => home[Symbol.dispose]());
    const windows = new InventedWindows(home.path('startup'));
    windows.roots.push({ id: 'cygwin', root: 'C:\\cygwin64' });
    windows.lastingHome = () => 'H:\\me';
    const setUp = new SetUp({
      programs: [cygwinProgram],
      around: home.around({ platform: 'win32', windows }),
      record: createSetUpRecord(home.path('set-up.json')),
      lookLimitMs: 30,
    });
    expect(await setUp.lookAt('cygwin')).toMatchObject({
      status: 'blocked',
      sentence: expect.stringContaining('Cygwin didn’t answer'),
      changes: [],
    });
  });
});
