import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { asTheyCome } from '../../../main/basics/as-they-come.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const after = (ms: number, value: string) => new Promise<string>((resolve) => setTimeout(resolve, ms, value));

async function collect(works: readonly Promise<string>[], patienceMs: number) {
  const start = Date.now();
  const come: (readonly [string, number])[] = [];
  const all = (async () => {
    for await (const value of asTheyCome(works, patienceMs)) come.push([value, Date.now() - start]);
  })();
  await vi.runAllTimersAsync();
  await all;
  return come;
}

it('keeps the order as long as that holds up nobody for long', async () => {
  expect(await collect([after(50, 'a'), after(10, 'b'), after(90, 'c')], 100)).toEqual([
    ['a', 50],
    ['b', 50],
    ['c', 90],
  ]);
});

it('lets nobody wait for one that hangs, and has that last', async () => {
  expect(await collect([after(10, 'a'), after(9000, 'hangs'), after(20, 'c'), after(300, 'd')], 100)).toEqual(
    [
      ['a', 10],
      ['c', 100],
      ['d', 300],
      ['hangs', 9000],
    ],
  );
});

it('fails as one of them does, and has nothing to tell of none', async () => {
  const failing = asTheyCome(
    [after(0, 'a'), Promise.reject(new Error('b')), Promise.reject(new Error('c'))],
    5,
  );
  const first = failing.next();
  await vi.runAllTimersAsync();
  expect((await first).value).toBe('a');
  await expect(failing.next()).rejects.toThrow('b');
  expect(await collect([], 5)).toEqual([]);
});
