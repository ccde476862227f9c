// The rows of the table, in its order.
import { BenchUsageError } from '../options.ts';
import { listRows } from './list-rows.ts';
import type { MeasuredRow } from './measured-row.ts';
import { memoryRows } from './memory-rows.ts';
import { signRows } from './sign-rows.ts';
import { startRows } from './start-rows.ts';

const allRows: readonly MeasuredRow[] = [...listRows, ...signRows, ...startRows, ...memoryRows];

/** What is measured by itself. */
export const notMeasured = [
  'the tray’s processes with no window open, and a prompt’s way from open to typing: npm run bench -- tray',
  'the Windows doors: npm run bench -- wine',
] as const;

/** Those with one of the parts in their names, or all. Throws BenchUsageError when a part is in no name. */
export function chooseRows(only: readonly string[], rows: readonly MeasuredRow[] = allRows): MeasuredRow[] {
  const has = ({ row }: MeasuredRow, part: string) => row.name.toLowerCase().includes(part);
  const unknown = only.filter((part) => !rows.some((row) => has(row, part)));
  if (unknown.length > 0)
    throw new BenchUsageError(
      `No row has “${unknown.join('”, “')}” in its name. Rows:\n  ${rows.map(({ row }) => row.name).join('\n  ')}`,
    );
  return rows.filter((row) => only.length === 0 || only.some((part) => has(row, part)));
}
