// A run in words, and as JSON.
import { formatMachine, type Machine } from './machine.ts';
import type { Row, Sample } from './row.ts';
import { formatTable, plain, type TableForm } from './table.ts';
import { judge } from './verdict.ts';

/** How the load does with a server that does nothing. */
export interface CeilingReport {
  readonly what: string;
  readonly perSecond: number;
  readonly p50Us: number;
  readonly loadBusy: number;
  readonly serverBusy: number;
}

export interface Report {
  readonly machine: Machine;
  /** Of the last minute. */
  readonly loadAverage: { readonly before: number; readonly after: number };
  /** Names and versions. */
  readonly agents: readonly { readonly name: string; readonly version: string }[];
  /** How Sallyport was told to ask, in its own words. */
  readonly asking: string;
  readonly rounds: number;
  readonly loadMs: number;
  /** After which memory was looked at. */
  readonly signatures: number;
  readonly ceiling: readonly CeilingReport[];
  readonly rows: readonly Row[];
  readonly samples: readonly Sample[];
  readonly problems: readonly string[];
  /** What stands in the table of the documentation, too. */
  readonly notMeasured: readonly string[];
}

const percent = (share: number) => `${Math.round(share * 100)} %`;

function formatCeiling({ what, perSecond, p50Us, loadBusy, serverBusy }: CeilingReport): string {
  const busy = `load ${percent(loadBusy)} busy, server ${percent(serverBusy)}`;
  return `  ${what}: ${plain(perSecond)}/s, p50 ${plain(p50Us)} us (${busy})`;
}

/** How busy the load was with each agent, at the most: what shows whether it or the agent set the pace. */
function formatBusy({ rows, samples }: Report): string[] {
  return rows.flatMap((row) => {
    const own = samples.filter((sample) => sample.row === row.name && sample.loadBusy !== undefined);
    const each = [...new Set(own.map(({ of }) => of))].map((name) => {
      const most = (of: 'loadBusy' | 'agentBusy') =>
        Math.max(...own.filter((sample) => sample.of === name).map((sample) => sample[of] ?? 0));
      return `${name} ${percent(most('loadBusy'))}/${percent(most('agentBusy'))}`;
    });
    return each.length === 0 ? [] : [`  ${row.name}: ${each.join(', ')}`];
  });
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? [] : ['', title, ...lines];

export function formatReport(report: Report, form: TableForm): string {
  const { machine, loadAverage, agents, asking, rounds, loadMs, signatures } = report;
  const agentLines = agents.map(({ name, version }) => `  ${name}: ${version}`);
  return [
    formatMachine(machine),
    `Load average ${loadAverage.before.toFixed(2)} before, ${loadAverage.after.toFixed(2)} after.`,
    `Medians of ${rounds} round${rounds === 1 ? '' : 's'} with ${plain(loadMs / 1000)} s of load each; memory after ${signatures.toLocaleString('en-US')} signatures. Ratios above 1 are better for ${form.sides.subject}.`,
    ...section('Agents:', [...agentLines, `  Sallyport, with --no-prompt: ${asking}`]),
    '',
    formatTable(report.rows, report.samples, form),
    '* The load was busy nearly all the time and the agent was not: a faster agent would look the same.',
    ...section('The load alone, on a server of node’s that does nothing:', report.ceiling.map(formatCeiling)),
    ...section('Busy at the most, load/agent (above 100 %: several threads):', formatBusy(report)),
    ...section(
      'Not measured here:',
      report.notMeasured.map((what) => `  ${what}`),
    ),
    ...section(
      'Failed:',
      report.problems.map((problem) => `  ${problem}`),
    ),
  ].join('\n');
}

/** Everything, with what came of each row. */
export function reportJson(report: Report, form: TableForm): string {
  const verdicts = report.rows.map((row) => ({ row: row.name, ...judge(row, report.samples, form.sides) }));
  return `${JSON.stringify({ ...report, sides: form.sides, verdicts }, undefined, 2)}\n`;
}
