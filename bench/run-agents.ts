// Agents compared in processes of their own: with others', or two builds of ours.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { type Contender, startAgent } from './agents/contender.ts';
import { Space } from './agents/space.ts';
import { Load } from './load/load.ts';
import { notMeasured } from './measurements/all-rows.ts';
import { measureCeiling } from './measurements/ceiling.ts';
import { Run } from './measurements/interleaved.ts';
import type { MeasuredRow } from './measurements/measured-row.ts';
import type { RunOptions } from './options.ts';
import { busyWarning, loadAverage, thisMachine } from './report/machine.ts';
import { formatReport, type Report, reportJson } from './report/report.ts';
import type { TableForm } from './report/table.ts';

export interface Comparison {
  readonly contenders: readonly Contender[];
  readonly form: TableForm;
  /** Agents that are not here. */
  readonly missing: readonly string[];
}

/** What our agent says of when it asks. */
async function askLevel({ space, rulesCommand }: Contender, start: () => ReturnType<typeof startAgent>) {
  if (rulesCommand === undefined) return '';
  const agent = await start();
  try {
    const [program, ...args] = rulesCommand;
    const env = { ...space.env, SSH_AUTH_SOCK: agent.socketPath };
    const { stdout } = await promisify(execFile)(program, args, { env });
    return stdout.trim();
  } finally {
    await agent.stop();
  }
}

/** Where a terminal shows it: a run takes minutes. */
function showProgress(progress: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${progress}`);
}

/** Measures, prints, and writes what is to be written. False when something could not be measured. */
export async function runAgents(
  { contenders, form, missing }: Comparison,
  rows: readonly MeasuredRow[],
  options: RunOptions,
): Promise<boolean> {
  const { rounds, loadMs, signatures, json } = options;
  const machine = thisMachine();
  const before = loadAverage();
  const warning = busyWarning(before, machine.cores);
  if (warning) console.log(`${warning}\n`);
  const means = { load: new Load(), background: new Load(), space: new Space(), loadMs, signatures };
  try {
    const [subject] = contenders;
    const asking = subject ? await askLevel(subject, () => startAgent(subject)) : '';
    const ceiling = await measureCeiling(means);
    const run = new Run(
      { rows, contenders, rounds, means, hasReferences: form.hasRequirements },
      showProgress,
    );
    await run.measureAll();
    showProgress('');
    const report: Report = {
      machine,
      loadAverage: { before, after: loadAverage() },
      agents: contenders.map(({ name, version }) => ({ name, version })),
      asking,
      rounds,
      loadMs,
      signatures,
      ceiling,
      rows: rows.map(({ row }) => row),
      samples: run.samples,
      problems: run.problems,
      notMeasured: [...missing, ...notMeasured],
    };
    console.log(formatReport(report, form));
    if (json !== undefined) writeFileSync(json, reportJson(report, form));
    return run.problems.length === 0;
  } finally {
    await Promise.all([means.load.close(), means.background.close()]);
  }
}
