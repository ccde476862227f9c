// Rounds of clients that all ask at once, and whether anything but the machine's other work held them up.
import { expect } from 'vitest';
import type { Answers } from './answers.ts';

/** The clients of a round, all of which are to have their answers within 100 ms. */
export const clients = 20;
export const boundMs = 100;
/** How far two measurements of the same thing lie apart on a machine that is busy with other things. */
const spread = 3;

export interface Rounds {
  readonly count: number;
  /** Of the slowest answers of the rounds the middle one, and the last. */
  readonly medianMs: number;
  readonly worstMs: number;
  /** Of all answers, 0 to 1, those that took longer than they may. */
  readonly lateShare: number;
}

/** Asks again and again for so long, one round after another; `ask` resolves with the rounds that it has made. */
export async function roundsFor(forMs: number, ask: () => Promise<readonly Answers[]>): Promise<Rounds> {
  const from = performance.now();
  const rounds: Answers[] = [];
  do rounds.push(...(await ask()));
  while (performance.now() - from < forMs);
  for (const round of rounds) expect(round.answered, round.output).toBe(clients);
  const slowest = rounds.map((round) => round.slowest).sort((a, b) => a - b);
  return {
    count: rounds.length,
    medianMs: slowest[Math.floor(slowest.length / 2)] ?? Number.NaN,
    worstMs: slowest.at(-1) ?? Number.NaN,
    lateShare: rounds.reduce((sum, round) => sum + round.late, 0) / (clients * rounds.length),
  };
}

/**
 * Expects `meanwhile` to be below the limits. On a machine that is busy with other things all of it takes longer: then it
 * may be as slow as before and after, but not slower for the sake of those who wait.
 */
export function expectUndelayed(
  meanwhile: Rounds,
  usual: readonly Rounds[],
  limits: Partial<Omit<Rounds, 'count'>>,
): void {
  for (const [name, limit] of Object.entries(limits)) {
    const figure = name as keyof typeof limits;
    const allowed = Math.max(limit, ...usual.map((rounds) => spread * rounds[figure]));
    expect(meanwhile[figure], name).toBeLessThan(allowed);
  }
}

/** For people who read the test's output. */
export function described({ count, medianMs, worstMs, lateShare }: Rounds): string {
  return (
    `the slowest of ${clients} took ${medianMs} ms in the middle of ${count} rounds, ${worstMs} ms at worst, ` +
    `and ${(100 - 100 * lateShare).toFixed(2)} % of all answers came within ${boundMs} ms`
  );
}
