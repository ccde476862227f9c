// `npm run bench`: Sallyport beside other agents, and what is measured inside of its process. Fails when something can't
// be measured, or a promise of the documentation is broken. Needs a Node that takes TypeScript as it is (22.18 or newer).
import { execFileSync } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { findPeers, sallyport } from './agents/found-agents.ts';
import { runInside } from './inside/run-inside.ts';
import { chooseRows } from './measurements/all-rows.ts';
import { BenchUsageError, parseBenchOptions, usage } from './options.ts';
import { type Comparison, runAgents } from './run-agents.ts';
import { type Build, runWine } from './wine/run-wine.ts';

const inTree = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Until what follows a start or a window is done. */
const trayRestMs = 2000;

/** Not in `dist`, which somebody may be using. */
function buildTree(): string {
  const folder = inTree('.cache/bench/build');
  execFileSync(process.execPath, [inTree('scripts/build.mjs'), folder], {
    cwd: inTree('.'),
    stdio: 'inherit',
  });
  return folder;
}

function withPeers(build = buildTree()): Comparison {
  const ours = sallyport('Sallyport', build);
  const { peers, missing } = findPeers();
  const contenders = [ours, ...peers];
  return {
    contenders,
    missing,
    form: {
      columns: contenders.map(({ name }) => name),
      sides: { subject: ours.name, baseline: peers[0]?.name },
      hasRequirements: true,
    },
  };
}

function ofTwoBuilds(before: string, after: string): Comparison {
  const contenders = [sallyport('after', after), sallyport('before', before)];
  return {
    contenders,
    missing: [],
    form: {
      columns: ['before', 'after'],
      sides: { subject: 'after', baseline: 'before' },
      hasRequirements: false,
    },
  };
}

function buildsNamed([before, after]: readonly string[]): Build[] {
  if (before === undefined) return [['this tree', buildTree()]];
  return after === undefined
    ? [['this build', before]]
    : [
        ['before', before],
        ['after', after],
      ];
}

/** What runs is ended when this process exits; a signal would end it without that. */
function exitBySignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
}

async function main(args: readonly string[]): Promise<boolean> {
  const options = parseBenchOptions(args);
  if (options.mode === 'help') {
    console.log(usage);
    return true;
  }
  if (options.mode === 'inside') return await runInside();
  if (process.platform !== 'linux')
    throw new BenchUsageError('Agents are compared on Linux only. Here there is: npm run bench -- inside');
  exitBySignals();
  if (options.mode === 'tray') {
    const { runTray } = await import('./tray/run-tray.ts');
    await runTray(options.build ?? buildTree(), { prompts: options.prompts, restMs: trayRestMs });
    return true;
  }
  const { run } = options;
  if (options.mode === 'wine') {
    await runWine(buildsNamed(options.builds), run);
    return true;
  }
  const rows = chooseRows(run.only);
  if (options.mode === 'compare')
    return await runAgents(ofTwoBuilds(options.before, options.after), rows, run);
  const isWhole = await runAgents(withPeers(options.build), rows, run);
  if (run.only.length > 0) return isWhole;
  console.log('\nInside of one process:');
  return (await runInside()) && isWhole;
}

try {
  if (!(await main(process.argv.slice(2)))) process.exitCode = 1;
} catch (problem: unknown) {
  if (!(problem instanceof BenchUsageError)) throw problem;
  console.error(`${problem.message}\n\n${usage}`);
  process.exitCode = 2;
}
