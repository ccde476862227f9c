import { describe, expect, it } from 'vitest';
import { median, pairwise, quantile } from '../../../bench/report/statistics.ts';

describe('numbers about numbers', () => {
  it('find the value that a share is at or below', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => 100 - n);
    expect([0, 0.5, 0.99, 1].map((share) => quantile(hundred, share))).toEqual([1, 50, 99, 100]);
    expect(hundred[0]).toBe(100);
    expect(quantile([7], 0.99)).toBe(7);
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('find the middle by size, not by letters', () => {
    expect(median([10, 9, 100])).toBe(10);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it('compare what was measured in the same round', () => {
    // A machine that is ten times as slow in the second round.
    expect(pairwise([1, 10, 1], [2, 20, 3], (a, b) => b / a)).toEqual({ median: 2, min: 2, max: 3 });
    expect(pairwise([1, 1], [2], (a, b) => b / a)).toEqual({ median: 2, min: 2, max: 2 });
    expect(pairwise([], [2], (a, b) => b / a)).toBeUndefined();
  });
});
