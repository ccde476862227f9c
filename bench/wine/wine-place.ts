// A Wine of this run's own, as the tests' lane has one: a prefix, its server, a display, and node.exe.
import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { missingPrograms } from '../../tests/wine/lane/debian-packages.ts';
import { startDisplay } from '../../tests/wine/lane/display.ts';
import { claimPrefix, wineEnv } from '../../tests/wine/lane/prefix.ts';
import { prepareWindowsTree } from '../../tests/wine/lane/windows-tree.ts';
import { startWineServer } from '../../tests/wine/lane/wine-server.ts';
import { BenchUsageError } from '../options.ts';

const source = fileURLToPath(new URL('./door-load.c', import.meta.url));
/** Wine takes seconds for what takes Windows a tenth of one. */
const patienceMs = 60_000;

/** A program under Wine. Its output goes to a file: node.exe dies of Unix pipes. */
export interface WineProgram {
  /** Of its process on Linux, which is the one on Windows, too. */
  readonly pid: number;
  readonly ended: Promise<number | null>;
  output(): string;
  /** Resolves with the match once it is written. Rejects when the program ends before, or needs too long. */
  until(pattern: RegExp): Promise<RegExpExecArray>;
  kill(): void;
}

export interface WinePlace {
  /** Unix path of node.exe. */
  readonly nodeExe: string;
  /** Unix path of the program made of door-load.c. */
  readonly doorLoad: string;
  /** What lies in it finds koffi's Windows binary. */
  readonly workDir: string;
  readonly serverPid: number;
  start(exe: string, args: readonly string[]): WineProgram;
  close(): Promise<void>;
}

function startProgram(workDir: string, env: NodeJS.ProcessEnv, command: readonly string[]): WineProgram {
  const path = join(workDir, `output-${randomUUID()}.txt`);
  const file = openSync(path, 'w');
  const child = spawn('wine', command, { env, stdio: ['ignore', file, file] });
  closeSync(file);
  const ended = once(child, 'exit').then(([code]: (number | null)[]) => code ?? null);
  const output = () => readFileSync(path, 'utf8').replaceAll('\r', '');
  return {
    pid: child.pid ?? 0,
    ended,
    output,
    async until(pattern) {
      for (const sinceMs = performance.now(); ; await delay(20)) {
        const isOver = child.exitCode !== null || performance.now() - sinceMs > patienceMs;
        const match = pattern.exec(output());
        if (match) return match;
        if (isOver) throw new Error(`a Windows program did not say ${pattern}: ${output()}`);
      }
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Throws BenchUsageError where something for it is missing. Takes half a minute the first time. */
export async function openWinePlace(): Promise<WinePlace> {
  const missing = missingPrograms();
  if (missing !== undefined) throw new BenchUsageError(missing);
  const tree = prepareWindowsTree();
  const display = await startDisplay();
  const prefix = claimPrefix(display.name);
  const workDir = join(tree.dir, `run-${randomUUID()}`);
  mkdirSync(workDir, { recursive: true });
  const env = wineEnv(prefix.dir, display.name);
  const log = join(workDir, 'server.txt');
  const server = await startWineServer(env, log);
  const release = () => {
    server.expectEnd();
    prefix.release();
    if (existsSync(workDir)) rmSync(workDir, { recursive: true, force: true });
    void display.stop();
  };
  process.once('exit', release);
  const doorLoad = join(workDir, 'door-load.exe');
  const flags = ['-O1', '-Wall', '-Wextra', '-Werror', '-municode'];
  execFileSync('x86_64-w64-mingw32-gcc', [...flags, '-o', doorLoad, source, '-ladvapi32'], {
    stdio: 'inherit',
  });
  return {
    nodeExe: tree.nodeExe,
    doorLoad,
    workDir,
    serverPid: Number(/is process (\d+)\n$/.exec(readFileSync(log, 'utf8'))?.[1]),
    start: (exe, args) => startProgram(workDir, env, [exe, ...args]),
    async close() {
      process.removeListener('exit', release);
      release();
      await display.stop();
    },
  };
}
