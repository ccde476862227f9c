import { expect, it } from 'vitest';
import { chooseRows } from '../../../bench/measurements/all-rows.ts';
import { BenchUsageError } from '../../../bench/options.ts';

const names = (...only: string[]) => chooseRows(only).map(({ row }) => row.name);

it('all rows have names of their own, and are measured when none is named', () => {
  expect(names().length).toBeGreaterThan(20);
  expect(new Set(names()).size).toBe(names().length);
});

it('rows are chosen by parts of their names, in the table’s order', () => {
  expect(names('p-384', 'list, 1 key')).toEqual([
    'list, 1 key, p50',
    'list, 1 key, p50, on one core',
    'list, 1 key, 64 connections',
    'sign, P-384, 8 connections',
  ]);
});

it('a part that no row has is told, with the rows that there are', () => {
  expect(() => chooseRows(['list', 'tea'])).toThrow(BenchUsageError);
  expect(() => chooseRows(['list', 'tea'])).toThrow(/“tea”[\s\S]*list, 1 key, p50/);
});
