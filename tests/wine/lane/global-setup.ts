// Once a run of the `wine` project: display, prefix, server, node.exe; and at the end nothing of it is left running.
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { missingPrograms } from './debian-packages.ts';
import { startDisplay } from './display.ts';
import { claimPrefix, wineEnv } from './prefix.ts';
import { prepareWindowsTree } from './windows-tree.ts';
import { startWineServer } from './wine-server.ts';

export type WineLane =
  | { readonly available: false; readonly reason: string }
  | {
      readonly available: true;
      readonly env: Record<string, string>;
      readonly nodeExe: string;
      /** Scripts built into this folder find koffi; it is this run's own. */
      readonly workDir: string;
      /** This run's folder on drive C:, where nobody but the user of the prefix can write on the way to it. */
      readonly closedDir: string;
      /** What Wine's server has said. */
      readonly serverLog: string;
    };

declare module 'vitest' {
  interface ProvidedContext {
    wineLane: WineLane;
  }
}

export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const reason =
    process.platform === 'linux' ? missingPrograms() : 'Wine lane skipped: it runs on Linux only';
  if (reason !== undefined) {
    process.stderr.write(`${reason}\n`);
    project.provide('wineLane', { available: false, reason });
    return undefined;
  }
  const tree = prepareWindowsTree();
  const display = await startDisplay();
  let prefix: ReturnType<typeof claimPrefix> | undefined;
  try {
    prefix = claimPrefix(display.name);
  } finally {
    if (prefix === undefined) await display.stop();
  }
  const claimed = prefix;
  const workDir = join(tree.dir, `run-${randomUUID()}`);
  mkdirSync(workDir, { recursive: true });
  const closedDir = join(claimed.dir, 'drive_c', basename(workDir));
  mkdirSync(closedDir, { mode: 0o755 });
  const env = wineEnv(claimed.dir, display.name) as Record<string, string>;
  const serverLog = join(workDir, 'server.txt');
  const server = await startWineServer(env, serverLog).catch(async (error: unknown) => {
    claimed.release();
    await display.stop();
    throw error;
  });
  const release = () => {
    server.expectEnd();
    claimed.release();
  };
  // Also when the run ends by an error that skips teardown.
  process.once('exit', release);
  project.provide('wineLane', { available: true, env, nodeExe: tree.nodeExe, workDir, closedDir, serverLog });
  return async () => {
    release();
    await display.stop();
    for (const dir of [workDir, closedDir]) rmSync(dir, { recursive: true, force: true });
  };
}
