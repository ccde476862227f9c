// What a change to a file does, line by line.
import type { WslFileChange } from './wsl-plan.ts';

/** Bytes of a file, as the person reads them. */
function linesOf(latin1: string | undefined): readonly string[] {
  if (latin1 === undefined || latin1 === '') return [];
  return Buffer.from(latin1, 'latin1').toString('utf8').replace(/\n$/, '').split('\n');
}

function firstDifference(a: readonly string[], b: readonly string[]): number {
  const at = a.findIndex((line, index) => line !== b[index]);
  return at === -1 ? a.length : at;
}

/** The lines that go and come, without those at both ends that are the same. As written there, by whomever. */
export function changedLines({ before, after }: Pick<WslFileChange, 'before' | 'after'>): {
  readonly removed: readonly string[];
  readonly added: readonly string[];
} {
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const start = Math.min(firstDifference(old, fresh), firstDifference(fresh, old));
  const [oldRest, freshRest] = [old.slice(start).toReversed(), fresh.slice(start).toReversed()];
  const same = Math.min(firstDifference(oldRest, freshRest), firstDifference(freshRest, oldRest));
  const changed = (lines: readonly string[]) => lines.slice(start, lines.length - same);
  return { removed: changed(old), added: changed(fresh) };
}
