// What was measured of the tray application, as lines of tables.
import { median } from '../report/statistics.ts';
import { plain } from '../report/table.ts';
import type { ProcessFigures } from './processes.ts';
import type { PromptTimes } from './prompt-times.ts';

const mb = (value: number) => `${plain(value)} MB`;
const ms = (value: number) => (Number.isNaN(value) ? '' : `${plain(value)} ms`);
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function summary(processes: readonly ProcessFigures[]): string[] {
  const main = processes.filter(({ kind }) => kind === 'main');
  const others = processes.filter(({ kind }) => kind !== 'main');
  const renderers = others.filter(({ kind }) => kind === 'renderer');
  return [
    mb(sum(main.map(({ residentMb }) => residentMb))),
    `${mb(sum(others.map(({ ownMb }) => ownMb)))} in ${others.length}`,
    `${renderers.length}`,
  ];
}

/** With no window open: the stand-in alone, the program started, and after its windows are gone. */
export function memoryLines(at: Readonly<Record<'alone' | 'started' | 'afterwards', ProcessFigures[]>>) {
  return [
    [
      'with no window open',
      'main process, resident',
      'Chromium’s processes, shared memory once',
      'renderers',
    ],
    ['a program that does nothing', ...summary(at.alone)],
    ['Sallyport, started', ...summary(at.started)],
    ['Sallyport, after all prompts', ...summary(at.afterwards)],
  ];
}

/** The first of each kind, and the median of the rest. */
export function timeLines(of: Readonly<Record<string, readonly PromptTimes[]>>): string[][] {
  const line = (name: string, all: readonly PromptTimes[]) => {
    // Of a page that could be typed into before it said when it first painted, that is not known.
    const each = (pick: (times: PromptTimes) => number) =>
      ms(median(all.map(pick).filter((value) => !Number.isNaN(value))));
    return [
      name,
      each(({ pageBegins }) => pageBegins),
      each(({ firstPaint }) => firstPaint),
      each(({ ready }) => ready),
      each(({ heard }) => heard),
      ms(Math.max(...all.map(({ heard }) => heard))),
    ];
  };
  return [
    ['from the request to', 'page begins', 'first paint', 'ready', 'typed, or signed', 'slowest'],
    ...Object.entries(of).flatMap(([name, [first, ...rest]]) => [
      ...(first ? [line(`${name}, first`, [first])] : []),
      ...(rest.length > 0 ? [line(`${name}, median of ${rest.length}`, rest)] : []),
    ]),
  ];
}
