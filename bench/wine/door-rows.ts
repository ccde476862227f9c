// What is asked through the doors of Windows, and what came of it.

import { median } from '../report/statistics.ts';
import { alignedMarkdown, plain } from '../report/table.ts';

export interface DoorSample {
  readonly build: string;
  /** The door and the request. */
  readonly what: string;
  /** Answers a second, one after another; or milliseconds of one alone. */
  readonly value: number;
  readonly unit: 'per second' | 'ms';
  /** Microseconds of processor time for each answer: the agent's, and that of Wine's server, which plays the kernel. */
  readonly agentUs: number;
  readonly serverUs: number;
}

/** What door-load prints. Throws when it failed, or the answer is of another type than `type`. */
export function answersIn(output: string, type: number): { readonly answers: number; readonly ms: number } {
  const [, answers, got, ms] = /^answers=(\d+) type=(\d+) ms=([\d.]+)$/m.exec(output) ?? [];
  if (answers === undefined) throw new Error(`the client said: ${output.trim()}`);
  if (Number(got) !== type)
    throw new Error(`the agent answered with message ${got} where ${type} was expected`);
  return { answers: Number(answers), ms: Number(ms) };
}

/** A line for each request, a group of columns for each build: medians of the rounds. */
export function formatDoors(samples: readonly DoorSample[]): string {
  const builds = [...new Set(samples.map(({ build }) => build))];
  const lines = [...new Set(samples.map(({ what }) => what))].map((what) => [
    what,
    ...builds.flatMap((build) => {
      const own = samples.filter((sample) => sample.build === build && sample.what === what);
      const of = (pick: (sample: DoorSample) => number) => plain(median(own.map(pick)));
      // The system counts processor time in hundredths of a second, which says nothing of a few answers.
      const isAlone = own[0]?.unit === 'ms';
      return [
        `${of(({ value }) => value)}${isAlone ? ' ms' : '/s'}`,
        isAlone ? '' : `${of(({ agentUs }) => agentUs)} us`,
        isAlone ? '' : `${of(({ serverUs }) => serverUs)} us`,
      ];
    }),
  ]);
  const heads = builds.flatMap((build) => [build, `${build}: agent`, `${build}: Wine’s server`]);
  return alignedMarkdown([['through the door', ...heads], ...lines]);
}
