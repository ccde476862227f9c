import { expect, it } from 'vitest';
import type { ProcessFigures } from '../../../bench/tray/processes.ts';
import { memoryLines, timeLines } from '../../../bench/tray/tray-rows.ts';

const figures = (kind: string, residentMb: number, ownMb: number): ProcessFigures => ({
  pid: 1,
  kind,
  residentMb,
  ownMb,
});

it('the main process is told by what is resident, the others by what is theirs', () => {
  const alone = [figures('main', 100, 90), figures('browser', 200, 50), figures('renderer', 80, 30)];
  const [, nothing, started] = memoryLines({ alone, started: alone.slice(0, 2), afterwards: [] });
  expect(nothing).toEqual(['a program that does nothing', '100 MB', '80.0 MB in 2', '1']);
  expect(started).toEqual(['Sallyport, started', '100 MB', '50.0 MB in 1', '0']);
});

it('the first prompt counts for itself', () => {
  const times = (heard: number) => ({ pageBegins: 50, firstPaint: 100, ready: heard - 10, heard });
  const lines = timeLines({ field: [400, 200, 220, 240].map(times) });
  expect(lines[1]).toEqual(['field, first', '50.0 ms', '100 ms', '390 ms', '400 ms', '400 ms']);
  expect(lines[2]).toEqual(['field, median of 3', '50.0 ms', '100 ms', '210 ms', '220 ms', '240 ms']);
});
