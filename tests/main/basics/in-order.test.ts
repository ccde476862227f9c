import { describe, expect, it } from 'vitest';
import { InOrder } from '../../../main/basics/in-order.ts';

describe('work in order', () => {
  it('is done within the call where nothing is before it', () => {
    const work = new InOrder();
    expect(work.run(() => 1)).toBe(1);
    expect(work.run(() => 2)).toBe(2);
    expect(() =>
      work.run(() => {
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(work.run(() => 3)).toBe(3);
  });

  it.each(['resolves', 'rejects'] as const)(
    'waits for what is before it, which %s, and is at once again then',
    async (how) => {
      const work = new InOrder();
      const done: string[] = [];
      let settle = (): void => {};
      const first = work.run(
        () =>
          new Promise<void>((resolve, reject) => {
            settle = how === 'resolves' ? resolve : () => reject(new Error('no'));
          }),
      );
      const second = work.run(() => done.push('second'));
      const third = work.run(() => done.push('third'));
      await new Promise((resolve) => setImmediate(resolve));
      expect(done).toEqual([]);
      settle();
      await Promise.resolve(first).catch(() => {});
      await Promise.all([second, third]);
      expect(done).toEqual(['second', 'third']);
      expect(work.run(() => 'at once')).toBe('at once');
    },
  );
});
