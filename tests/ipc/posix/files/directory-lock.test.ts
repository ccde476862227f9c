import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { withDirectoryLock } from '../../../../ipc/posix/files/directory-lock.ts';

describe.runIf(process.platform !== 'win32')('withDirectoryLock', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
  });
  afterEach(() => {
    vi.useRealTimers();
    rmSync(dir, { recursive: true });
  });

  async function mostAtATime(count: number): Promise<number> {
    let running = 0;
    let most = 0;
    const action = async () => {
      most = Math.max(most, ++running);
      for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
      running--;
    };
    await Promise.all(Array.from({ length: count }, () => withDirectoryLock(dir, action)));
    return most;
  }

  test('lets one in at a time and leaves nothing behind', async () => {
    expect(await mostAtATime(5)).toBe(1);
    expect(readdirSync(dir)).toEqual([]);
  });

  test('is given back when the action fails, and hands its failure on', async () => {
    await expect(withDirectoryLock(dir, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await withDirectoryLock(dir, async () => 'in')).toBe('in');
  });

  test('keeps nobody from starting whom others could keep out by it, as they may read the directory', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] });
    chmodSync(dir, 0o755);
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const holder = withDirectoryLock(dir, () => held);
    try {
      const starting = withDirectoryLock(dir, async () => 'in');
      await vi.advanceTimersByTimeAsync(6000);
      expect(await starting).toBe('in');
      chmodSync(dir, 0o700);
      const closed = withDirectoryLock(dir, async () => 'in').catch((error: Error) => error.message);
      await vi.advanceTimersByTimeAsync(6000);
      expect(await closed).toBe(`another program keeps ${dir} locked`);
    } finally {
      release();
      await holder;
    }
  });

  test.runIf(process.geteuid?.() === 0)('never waits for a lock in another user’s directory', async () => {
    chownSync(dir, 65_534, 65_534);
    expect(await mostAtATime(3)).toBe(3);
  });
});
