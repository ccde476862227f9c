// Once a run of the `wine` project: display, prefixes with their servers, node.exe; and at the end nothing of it is left running.
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { missingPrograms } from './debian-packages.ts';
import { startDisplay } from './display.ts';
import { claimPrefix, type Prefix, wineEnv } from './prefix.ts';
import { prepareWindowsTree } from './windows-tree.ts';
import { startWineServer, type WineServer } from './wine-server.ts';

/** What one worker of the run has for itself: Windows programs of two test files never meet. */
export interface WineSeat {
  readonly env: Record<string, string>;
  /** Scripts built into this folder find koffi. */
  readonly workDir: string;
  /** A folder on drive C:, where nobody but the user of the prefix can write on the way to it. */
  readonly closedDir: string;
  /** What Wine's server has said. */
  readonly serverLog: string;
}

export type WineLane =
  | { readonly available: false; readonly reason: string }
  | {
      readonly available: true;
      readonly nodeExe: string;
      /** As many as the project has workers. */
      readonly seats: readonly WineSeat[];
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
  const prefixes: Prefix[] = [];
  const servers: WineServer[] = [];
  const seats: WineSeat[] = [];
  const release = () => {
    for (const server of servers) server.expectEnd();
    for (const prefix of prefixes.splice(0)) prefix.release();
  };
  // Also when the run ends by an error that skips teardown.
  process.once('exit', release);
  try {
    for (let seat = 0; seat < project.config.maxWorkers; seat++)
      prefixes.push(claimPrefix(display.name, prefixes[0]));
    for (const { dir } of prefixes) {
      const seat = makeSeat(dir, tree.dir, display.name);
      seats.push(seat);
      servers.push(await startWineServer(seat.env, seat.serverLog));
    }
  } catch (error) {
    release();
    await display.stop();
    throw error;
  }
  project.provide('wineLane', { available: true, nodeExe: tree.nodeExe, seats });
  return async () => {
    release();
    await display.stop();
    for (const { workDir, closedDir } of seats)
      for (const dir of [workDir, closedDir]) rmSync(dir, { recursive: true, force: true });
  };
}

function makeSeat(prefixDir: string, treeDir: string, display: string): WineSeat {
  const workDir = join(treeDir, `run-${randomUUID()}`);
  mkdirSync(workDir, { recursive: true });
  const closedDir = join(prefixDir, 'drive_c', basename(workDir));
  mkdirSync(closedDir, { mode: 0o755 });
  const env = wineEnv(prefixDir, display) as Record<string, string>;
  return { env, workDir, closedDir, serverLog: join(workDir, 'server.txt') };
}
