import { describe, expect, test } from 'vitest';
import { SharedRead, SharedReads } from '../../../../ipc/posix/processes/shared-read.ts';
import { settle } from '../../../fakes/settle.ts';

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

describe('a shared read that rests', () => {
  /** Reads of 2 ms; the clock stands still but for them and for rests, which end when the test says so. */
  function resting(mostMs: number) {
    let nowMs = 0;
    let reads = 0;
    const rests: { ms: number; end: () => void }[] = [];
    const time = {
      nowMs: () => nowMs,
      wait: (ms: number) =>
        new Promise<void>((resolve) =>
          rests.push({
            ms,
            end: () => {
              nowMs += ms;
              resolve();
            },
          }),
        ),
    };
    const shared = new SharedRead(
      async () => {
        const number = ++reads;
        nowMs += 2;
        return number;
      },
      { times: 3, mostMs },
      time,
    );
    const pass = (ms: number) => {
      nowMs += ms;
    };
    return { shared, rests, pass, reads: () => reads };
  }

  test('is begun again for all who ask meanwhile when the rest is over, and not before', async () => {
    const { shared, rests, reads } = resting(100);
    expect(await shared.get()).toBe(1);
    const later = [shared.get(), shared.get()];
    await settle();
    later.push(shared.get());
    expect([reads(), rests.map(({ ms }) => ms)]).toEqual([1, [6]]);
    rests[0]?.end();
    expect(await Promise.all(later)).toEqual([2, 2, 2]);
    expect(shared.isIdle).toBe(false);
  });

  test('is begun at once when nobody asked during the rest', async () => {
    const { shared, rests, pass } = resting(100);
    await shared.get();
    pass(6);
    expect(shared.isIdle).toBe(true);
    expect(await shared.get()).toBe(2);
    expect(rests).toEqual([]);
  });

  test('rests no longer than it may', async () => {
    const { shared, rests } = resting(5);
    await shared.get();
    void shared.get();
    await settle();
    expect(rests.map(({ ms }) => ms)).toEqual([5]);
  });

  test('rests after a read that failed, and goes on', async () => {
    const failing = new SharedRead<number>(() => Promise.reject(new Error('unreadable')), {
      times: 3,
      mostMs: 1,
    });
    await expect(failing.get()).rejects.toThrow('unreadable');
    await expect(failing.get(() => Promise.resolve(7))).resolves.toBe(7);
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

  test('keep few of those that nobody reads any more', async () => {
    const reads = new SharedReads<number>({ times: 1_000_000, mostMs: 50 });
    await Promise.all(Array.from({ length: 1000 }, (_, n) => reads.get(`process ${n}`, async () => n)));
    // Each rests a while; who asks after that has them forgotten.
    await expect
      .poll(async () => {
        await reads.get('another', async () => 0);
        return reads.size;
      })
      .toBeLessThan(20);
  });
});
