import { expect, it } from 'vitest';
import { onceATurn } from '../../../main/basics/once-a-turn.ts';

it('reads once in a turn, and anew in the next', () => {
  let reads = 0;
  let next = () => {};
  const read = onceATurn(
    () => ++reads,
    (forget) => {
      next = forget;
    },
  );
  expect([read(), read(), read()]).toEqual([1, 1, 1]);
  next();
  expect([read(), read()]).toEqual([2, 2]);
});

it('remembers nothing of a read that failed', () => {
  let reads = 0;
  const read = onceATurn(
    () => {
      if (++reads === 1) throw new Error('no');
      return reads;
    },
    () => {},
  );
  expect(read).toThrow('no');
  expect(read()).toBe(2);
});
