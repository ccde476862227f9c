// The tray application under the tests' stand-in for Electron: what its processes hold with no window open, and how long
// it takes until a prompt can be typed into.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AgentClient } from '../../main/client/agent-client.ts';
import { connectToAgent } from '../../main/client/agent-connection.ts';
import { launchStandIn } from '../../tests/e2e/driver/launch-stand-in.ts';
import type { RunningApp } from '../../tests/e2e/driver/running-app.ts';
import { skipGetStarted } from '../../tests/e2e/driver/skip-get-started.ts';
import { BenchUsageError } from '../options.ts';
import { formatMachine, loadAverage, thisMachine } from '../report/machine.ts';
import { alignedMarkdown, plain } from '../report/table.ts';
import { childThatRuns, type ProcessFigures, processTree } from './processes.ts';
import { type PromptTimes, timeAllow, timePassphrase, watchScript } from './prompt-times.ts';
import { memoryLines, timeLines } from './tray-rows.ts';

export interface TrayOptions {
  /** Prompts of each kind; the first of them counts for itself. */
  readonly prompts: number;
  /** Until what follows a start or a window is done. */
  readonly restMs: number;
}

const nothing = fileURLToPath(new URL('./nothing', import.meta.url));

async function withApp<T>(build: string, act: (app: RunningApp, main: number) => Promise<T>): Promise<T> {
  // Short: a socket's path has a limit of about 100 characters.
  const home = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  try {
    skipGetStarted({ home });
    const app = await launchStandIn({ home, build, pageScript: watchScript, args: ['--at-login'] });
    try {
      return await act(app, childThatRuns(join(build, 'main/app.js')));
    } finally {
      await app.kill();
    }
  } finally {
    rmSync(home, { recursive: true, force: true, maxRetries: 20 });
  }
}

/** Throws when a window is open. */
async function figuresAtRest(app: RunningApp, main: number, restMs: number): Promise<ProcessFigures[]> {
  await delay(restMs);
  const windows = await app.desktop('windows', {});
  if (windows.length > 0)
    throw new Error(`a window is open: ${windows.map(({ title }) => title).join(', ')}`);
  return processTree(main);
}

async function times(count: number, time: () => Promise<PromptTimes>): Promise<PromptTimes[]> {
  const all: PromptTimes[] = [];
  for (let n = 0; n < count; n++) all.push(await time());
  return all;
}

/** Measures and prints. Throws BenchUsageError where the folder is no build. */
export async function runTray(folder: string, { prompts, restMs }: TrayOptions): Promise<void> {
  const build = resolve(folder);
  if (!existsSync(join(build, 'main/app.js')))
    throw new BenchUsageError(`“${folder}” has no main/app.js: it is no build of Sallyport.`);
  const loadBefore = loadAverage();
  const alone = await withApp(nothing, (app, main) => figuresAtRest(app, main, restMs));
  const ours = await withApp(build, async (app, main) => {
    const started = await figuresAtRest(app, main, restMs);
    const client = new AgentClient(await connectToAgent(app.socketPath));
    const passphrase = await times(prompts, () => timePassphrase(app, client));
    const allow = await times(prompts, () => timeAllow(app, client));
    client.close();
    return { started, passphrase, allow, afterwards: await figuresAtRest(app, main, restMs) };
  });
  const { started, afterwards, passphrase, allow } = ours;
  console.log(
    [
      `${formatMachine(thisMachine())}; a stand-in for Electron`,
      `Load average ${plain(loadBefore)} before, ${plain(loadAverage())} after.`,
      '',
      alignedMarkdown(memoryLines({ alone, started, afterwards })),
      '',
      alignedMarkdown(timeLines({ 'passphrase field': passphrase, 'Allow, of a confirmation': allow })),
    ].join('\n'),
  );
}
