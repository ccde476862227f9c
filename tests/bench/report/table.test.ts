import { describe, expect, it } from 'vitest';
import type { Row } from '../../../bench/report/row.ts';
import { formatTable, plain } from '../../../bench/report/table.ts';

const rows: readonly Row[] = [
  { name: 'lists', unit: 'per second', required: { kind: 'ratio', atLeast: 0.8 } },
  { name: 'start', unit: 'ms', required: { kind: 'times', reference: 'bare node', atMost: 1.8 } },
  { name: 'memory', unit: 'MB', required: { kind: 'value', atMost: 55 } },
];
const samples = [
  { row: 'lists', of: 'ours', value: 1000, loadBusy: 0.2, agentBusy: 0.99 },
  { row: 'lists', of: 'ours', value: 3000, loadBusy: 0.3, agentBusy: 0.99 },
  { row: 'lists', of: 'theirs', value: 2000, loadBusy: 0.95, agentBusy: 0.4 },
  { row: 'lists', of: 'theirs', value: 2000, loadBusy: 0.95, agentBusy: 0.4 },
  { row: 'start', of: 'ours', value: 90 },
  { row: 'start', of: 'bare node', value: 45 },
];
const sides = { subject: 'ours', baseline: 'theirs' };
const cells = (table: string) =>
  table.split('\n').map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

describe('the table', () => {
  it('has medians, ratios with their spread, and what is required', () => {
    const table = formatTable(rows, samples, { columns: ['ours', 'theirs'], sides, hasRequirements: true });
    const [head, line, lists, start, memory] = cells(table);
    expect(head).toEqual(['measurement', 'ours', 'theirs', 'ratio to theirs', 'comes to', 'required', '']);
    expect(line?.every((cell) => /^-+$/.test(cell))).toBe(true);
    // The load was the limit of theirs.
    expect(lists).toEqual(['lists', '2,000/s', '2,000/s *', '1.00 (0.500–1.50)', '', '0.8', 'reached']);
    const comesTo = '2.00 × 45.0 ms of bare node';
    expect(start).toEqual(['start', '90.0 ms', '', '', comesTo, '≤ 1.8 × bare node', 'not reached']);
    expect(memory).toEqual(['memory', '', '', '', '', '≤ 55 MB', '']);
    expect(new Set(table.split('\n').map(({ length }) => length)).size).toBe(1);
  });

  it('leaves out what is required where two builds are compared', () => {
    const table = formatTable(rows, samples, { columns: ['theirs', 'ours'], sides, hasRequirements: false });
    expect(cells(table)[0]).toEqual(['measurement', 'theirs', 'ours', 'ratio to theirs']);
  });
});

it('numbers have three digits that count', () => {
  expect([0, 0.0123, 1.234, 12.34, 1234.5].map(plain)).toEqual(['0', '0.0123', '1.23', '12.3', '1,235']);
});
