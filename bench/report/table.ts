// The table of a run, as Markdown.
import type { Row, Sample, Unit } from './row.ts';
import { median } from './statistics.ts';
import { judge, type Sides } from './verdict.ts';

/** Above this the load did not get to ask for more: a faster agent would have looked the same. */
const busyLoad = 0.9;
/** Below this it was not the agent's one thread either that set the pace. */
const busyAgent = 0.9;

/** Three digits that count, and thousands apart. */
export function plain(value: number): string {
  const digits = value === 0 ? 0 : Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

const withUnit = (value: number, unit: Unit) =>
  unit === 'per second' ? `${plain(value)}/s` : `${plain(value)} ${unit}`;

function requiredText({ required, unit }: Row): string {
  switch (required.kind) {
    case 'ratio':
      return `${required.atLeast}`;
    case 'times':
      return `≤ ${required.atMost} × ${required.reference}`;
    case 'share':
      return `≥ ${required.atLeast} × ${required.reference}`;
    case 'above':
      return `≤ ${required.atMost} ${unit} above ${required.reference}`;
    case 'value':
      return `≤ ${required.atMost} ${unit}`;
  }
}

/** Nothing for a ratio, which has a column of its own. `reference` is what ours is held against, as a cell shows it. */
function reachedText({ required, unit }: Row, value: number | undefined, reference: string): string {
  if (value === undefined || required.kind === 'ratio') return '';
  if (required.kind === 'value') return withUnit(value, unit);
  const how = required.kind === 'above' ? `+ ${withUnit(value, unit)} above` : `${plain(value)} ×`;
  return `${how} ${reference} of ${required.reference}`;
}

function ratioText(ratio: ReturnType<typeof judge>['ratio']): string {
  if (ratio === undefined) return '';
  return `${plain(ratio.median)} (${plain(ratio.min)}–${plain(ratio.max)})`;
}

/** Whether the numbers of this row tell of the load rather than of an agent. */
const isLimitedByLoad = ({ loadBusy = 0, agentBusy = 1 }: Sample) =>
  loadBusy > busyLoad && agentBusy < busyAgent;

function cell(row: Row, samples: readonly Sample[], of: string): string {
  const own = samples.filter((sample) => sample.row === row.name && sample.of === of);
  if (own.length === 0) return '';
  return `${withUnit(median(own.map(({ value }) => value)), row.unit)}${own.some(isLimitedByLoad) ? ' *' : ''}`;
}

/** Columns as wide as their widest cell, so that it can be read as it stands. */
export function alignedMarkdown(lines: readonly (readonly string[])[]): string {
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const text = (line: readonly string[]) =>
    `| ${widths.map((width, column) => (line[column] ?? '').padEnd(width)).join(' | ')} |`;
  const [head = [], ...body] = lines;
  return [text(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...body.map(text)].join(
    '\n',
  );
}

/** Who stands in which column, and what the rows are held against. */
export interface TableForm {
  /** Agents; references stand where a row asks for them. */
  readonly columns: readonly string[];
  readonly sides: Sides;
  /** Whether the requirements are shown: they are not about two builds of ours. */
  readonly hasRequirements: boolean;
}

/** The rows with the medians of each column. */
export function formatTable(rows: readonly Row[], samples: readonly Sample[], form: TableForm): string {
  const { columns, sides, hasRequirements } = form;
  const ratioHead = sides.baseline === undefined ? 'ratio' : `ratio to ${sides.baseline}`;
  const requirementHeads = hasRequirements ? ['comes to', 'required', ''] : [];
  const head = ['measurement', ...columns, ratioHead, ...requirementHeads];
  const body = rows.map((row) => {
    const { reached, isMet, ratio } = judge(row, samples, sides);
    const reference = 'reference' in row.required ? cell(row, samples, row.required.reference) : '';
    const requirement = [
      reachedText(row, reached, reference),
      requiredText(row),
      isMet === undefined ? '' : isMet ? 'reached' : 'not reached',
    ];
    const agents = columns.map((of) => cell(row, samples, of));
    return [row.name, ...agents, ratioText(ratio), ...(hasRequirements ? requirement : [])];
  });
  return alignedMarkdown([head, ...body]);
}
