// Numbers about numbers.

/** The value that `share` of all are at or below; NaN of none. The values need no order, and keep theirs. */
export function quantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  const index = Math.min(Math.max(Math.ceil(sorted.length * share) - 1, 0), sorted.length - 1);
  return sorted[index] ?? Number.NaN;
}

/** The middle value, or the mean of the two around the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Median, smallest and largest of what `of` makes of the values of the same round: a machine that is slow for a while
 * is so for both. Undefined where no round has both.
 */
export function pairwise(
  ours: readonly number[],
  theirs: readonly number[],
  of: (ours: number, theirs: number) => number,
): { readonly median: number; readonly min: number; readonly max: number } | undefined {
  const rounds = Math.min(ours.length, theirs.length);
  if (rounds === 0) return undefined;
  const each = ours.slice(0, rounds).map((value, round) => of(value, theirs[round] ?? Number.NaN));
  return { median: median(each), min: Math.min(...each), max: Math.max(...each) };
}
