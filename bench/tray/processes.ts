// The processes of a tray application, from /proc.
import { readdirSync, readFileSync } from 'node:fs';
import { residentMbIn } from '../agents/process-figures.ts';

export interface ProcessFigures {
  readonly pid: number;
  /** `renderer`, `gpu-process`, `utility`, `zygote`; `main` is the first one, `browser` Chromium's. */
  readonly kind: string;
  readonly residentMb: number;
  /** Memory that several processes share counts in each by its share. */
  readonly ownMb: number;
}

/** What a process of Chromium is told to be by its arguments. */
export function kindIn(commandLine: string): string {
  return /(?:^|[\0 ])--type=([\w-]+)/.exec(commandLine)?.[1] ?? 'browser';
}

/** Megabytes in /proc/PID/smaps_rollup; NaN where they are not told. */
export function ownMbIn(rollup: string): number {
  return (Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]) * 1024) / 1e6;
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
    );
  } catch {
    // It has ended meanwhile.
    return [];
  }
}

function figures(pid: number, kind?: string): ProcessFigures[] {
  try {
    const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8');
    return [
      {
        pid,
        kind: kind ?? kindIn(read('cmdline')),
        residentMb: residentMbIn(read('status')),
        ownMb: ownMbIn(read('smaps_rollup')),
      },
    ];
  } catch {
    return [];
  }
}

/** A process, and all that it and its children have started. */
export function processTree(main: number): ProcessFigures[] {
  const below = (pid: number): number[] => childrenOf(pid).flatMap((child) => [child, ...below(child)]);
  return [...figures(main, 'main'), ...below(main).flatMap((pid) => figures(pid))];
}

/** The child of this process that runs this file. Throws when there is none. */
export function childThatRuns(path: string): number {
  const found = childrenOf(process.pid).find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(path),
  );
  if (found === undefined) throw new Error(`no process of ours runs ${path}`);
  return found;
}
