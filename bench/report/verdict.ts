// What our samples of a row come to beside what they are held against.
import { isHigherBetter, type Requirement, type Row, type Sample } from './row.ts';
import { median, pairwise } from './statistics.ts';

export interface Verdict {
  /** What is compared with the requirement; undefined where there is nothing to hold it against. */
  readonly reached: number | undefined;
  readonly isMet: boolean | undefined;
  /** Ours against the baseline, above 1 better for us; undefined without a baseline. */
  readonly ratio: { readonly median: number; readonly min: number; readonly max: number } | undefined;
}

/** Who is held against whom. */
export interface Sides {
  readonly subject: string;
  readonly baseline: string | undefined;
}

const valuesOf = (samples: readonly Sample[], row: Row, of: string | undefined) =>
  samples.filter((sample) => sample.row === row.name && sample.of === of).map(({ value }) => value);

function reached(required: Requirement, ours: number[], reference: number[], ratio: number | undefined) {
  switch (required.kind) {
    case 'ratio':
      return ratio;
    case 'value':
      return ours.length === 0 ? undefined : median(ours);
    case 'above':
      return pairwise(ours, reference, (a, b) => a - b)?.median;
    default:
      return pairwise(ours, reference, (a, b) => a / b)?.median;
  }
}

/** Samples of other rows are ignored. */
export function judge(row: Row, samples: readonly Sample[], { subject, baseline }: Sides): Verdict {
  const ours = valuesOf(samples, row, subject);
  const ratio = pairwise(ours, valuesOf(samples, row, baseline), (a, b) =>
    isHigherBetter(row) ? a / b : b / a,
  );
  const { required } = row;
  const reference = 'reference' in required ? valuesOf(samples, row, required.reference) : [];
  const value = reached(required, ours, reference, ratio?.median);
  if (value === undefined) return { reached: undefined, isMet: undefined, ratio };
  const isMet = 'atLeast' in required ? value >= required.atLeast : value <= required.atMost;
  return { reached: value, isMet, ratio };
}
