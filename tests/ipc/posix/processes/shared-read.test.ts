import { describe, expect, test } from 'vitest';
import { SharedRead, SharedReads } from '../../../../ipc/posix/processes/shared-read.ts';

/** Reads that end when the test says so; each gives its number. */
function scriptedReads() {
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  const shared = new SharedRead(() => {
    const number = ends.length + 1;
    return new Promise<number>((resolve, reject) => ends.push({ resolve: () => resolve(number), reject }));
  });
  return { shared, ends };
}

describe('a shared read', () => {
  test('is one read for all who ask while another one runs', async () => {
    const { shared, ends } = scriptedReads();
    const first = shared.get();
    const later = [shared.get(), shared.get(), shared.get()];
    expect(ends).toHaveLength(1);
    ends[0]?.resolve();
    expect(await first).toBe(1);
    await Promise.resolve();
    expect(ends).toHaveLength(2);
    ends[1]?.resolve();
    expect(await Promise.all(later)).toEqual([2, 2, 2]);
  });

  test('starts anew for who asks when nothing runs', async () => {
    const { shared, ends } = scriptedReads();
    for (const expected of [1, 2]) {
      const result = shared.get();
      ends.at(-1)?.resolve();
      expect(await result).toBe(expected);
    }
  });

  test('never gives a read that began before the question', async () => {
    const { shared, ends } = scriptedReads();
    const first = shared.get();
    const second = shared.get();
    ends[0]?.resolve();
    await first;
    await Promise.resolve();
    const third = shared.get();
    ends[1]?.resolve();
    expect(await second).toBe(2);
    await Promise.resolve();
    ends[2]?.resolve();
    expect(await third).toBe(3);
  });

  test('goes on after one that failed', async () => {
    const { shared, ends } = scriptedReads();
    const first = shared.get();
    const second = shared.get();
    ends[0]?.reject(new Error('unreadable'));
    await expect(first).rejects.toThrow('unreadable');
    await Promise.resolve();
    ends[1]?.resolve();
    expect(await second).toBe(2);
  });
});

describe('shared reads of many things', () => {
  test('read each thing twice, however many ask at once, and by means of one who still waits', async () => {
    const reads = new SharedReads<string>();
    const waiting = new Set<string>();
    const read: string[] = [];
    const ask = async (thing: string, who: string) => {
      waiting.add(who);
      const result = await reads.get(thing, async () => {
        expect(waiting).toContain(who);
        read.push(thing);
        await new Promise((resolve) => setImmediate(resolve));
        expect(waiting).toContain(who);
        return thing;
      });
      waiting.delete(who);
      return result;
    };
    for (let round = 1; round <= 2; round++) {
      const asked = Array.from({ length: 200 }, (_, n) => ask(`process ${n % 2}`, `client ${n}`));
      expect(new Set(await Promise.all(asked))).toEqual(new Set(['process 0', 'process 1']));
      expect(read.splice(0).sort()).toEqual(['process 0', 'process 0', 'process 1', 'process 1']);
    }
  });
});
