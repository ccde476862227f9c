// Work of which each waits for the one before.
import { expect, it } from 'vitest';
import { OneAtATime } from '../../../main/basics/one-at-a-time.ts';
import { settle } from '../../fakes/settle.ts';

it('runs the next when the one before has ended, in the order of asking, and none within the call', async () => {
  const works = new OneAtATime();
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const results = ['a', 'b', 'c'].map((name) =>
    works.run(async () => {
      begun.push(name);
      await new Promise<void>((resolve) => ends.push(resolve));
      return name;
    }),
  );
  expect(begun).toEqual([]);
  for (const expected of [['a'], ['a', 'b'], ['a', 'b', 'c']]) {
    await settle();
    expect(begun).toEqual(expected);
    ends.at(-1)?.();
  }
  expect(await Promise.all(results)).toEqual(['a', 'b', 'c']);
});

it('goes on after work that failed, or threw at once', async () => {
  const works = new OneAtATime();
  const failing = works.run(() => Promise.reject(new Error('rejected')));
  const throwing = works.run(() => {
    throw new Error('thrown');
  });
  const next = works.run(async () => 'next');
  await expect(failing).rejects.toThrow('rejected');
  await expect(throwing).rejects.toThrow('thrown');
  expect(await next).toBe('next');
});
