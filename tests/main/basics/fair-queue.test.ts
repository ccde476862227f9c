// Work that waits: round the processes, round the connections of each, and in order within one.
import { describe, expect, it } from 'vitest';
import { type Claimant, FairQueue } from '../../../main/basics/fair-queue.ts';

const claimant = (process: unknown, connection: unknown): Claimant => ({
  process,
  connection,
  signal: () => new AbortController().signal,
});

function takeAll<T>(queue: FairQueue<T>): T[] {
  const taken: T[] = [];
  while (!queue.isEmpty) taken.push(queue.take() as T);
  return taken;
}

describe('a fair queue', () => {
  it('goes round the processes, and round the connections of each', () => {
    const queue = new FairQueue<string>();
    for (const item of ['a1', 'a2', 'a3']) queue.add(item, claimant(1, 'a'));
    queue.add('b1', claimant(1, 'b'));
    for (const item of ['c1', 'c2']) queue.add(item, claimant(2, 'c'));
    expect([...queue].sort()).toEqual(['a1', 'a2', 'a3', 'b1', 'c1', 'c2']);
    expect(takeAll(queue)).toEqual(['a1', 'c1', 'b1', 'c2', 'a2', 'a3']);
    expect(queue.take()).toBeUndefined();
  });

  it('has work without a claimant, and that of processes that are not known, wait as one process', () => {
    const queue = new FairQueue<string>();
    for (const item of ['x1', 'x2']) queue.add(item);
    queue.add('u1', claimant(undefined, 'u'));
    queue.add('k1', claimant(7, 'k'));
    expect(takeAll(queue)).toEqual(['x1', 'k1', 'u1', 'x2']);
  });

  it('passes over what may not run yet, which keeps its turn', () => {
    const queue = new FairQueue<string>();
    queue.add('a1', claimant(1, 'a'));
    queue.add('b1', claimant(2, 'b'));
    expect(queue.take((item) => item !== 'a1')).toBe('b1');
    expect(queue.take(() => false)).toBeUndefined();
    expect(takeAll(queue)).toEqual(['a1']);
  });

  it('gives back what is taken out before its turn, once', () => {
    const queue = new FairQueue<string>();
    const [a, b] = [claimant(1, 'a'), claimant(1, 'b')];
    for (const item of ['a1', 'a2']) queue.add(item, a);
    queue.add('b1', b);
    expect([queue.remove('a1', a), queue.remove('a1', a), queue.remove('a2', b)]).toEqual([
      true,
      false,
      false,
    ]);
    expect(takeAll(queue)).toEqual(['a2', 'b1']);
    queue.add('b2', b);
    expect([queue.remove('b2', b), queue.isEmpty]).toEqual([true, true]);
  });
});
