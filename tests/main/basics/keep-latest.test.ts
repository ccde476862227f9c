// A bounded list that a flood from other machines can't take over.
import { describe, expect, it } from 'vitest';
import { keepLatest } from '../../../main/basics/keep-latest.ts';

const isHere = (item: string) => item.startsWith('h');
const items = (letter: string, count: number) => Array.from({ length: count }, (_, n) => `${letter}${n}`);

describe('the latest of a list', () => {
  it('are all while they have room', () => {
    const list = [...items('e', 4), ...items('h', 4)];
    expect(keepLatest(list, 8, isHere)).toEqual(list);
  });

  it('leave out the oldest of this machine where others have no more than a quarter of the places', () => {
    const list = ['h0', 'e0', 'h1', 'e1', 'h2', 'h3', 'h4', 'h5', 'h6', 'h7'];
    expect(keepLatest(list, 8, isHere)).toEqual(['e0', 'e1', 'h2', 'h3', 'h4', 'h5', 'h6', 'h7']);
  });

  it('leave out those of other machines first, the oldest of them, down to a quarter', () => {
    const flood = [...items('h', 6), ...items('e', 100)];
    expect(keepLatest(flood, 8, isHere)).toEqual([...items('h', 6), 'e98', 'e99']);
  });

  it('are all from elsewhere when there are no others', () => {
    expect(keepLatest(items('e', 10), 8, isHere)).toEqual(items('e', 10).slice(2));
  });
});
