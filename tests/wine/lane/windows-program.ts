// Runs Windows programs under Wine from a test: bundled TypeScript in node.exe, and C programs made with mingw.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'vite';
import { describe, inject } from 'vitest';
import type { WineLane, WineSeat } from './global-setup.ts';
import { windowsPath } from './paths.ts';
import { describeThreads, threadsOf } from './process-threads.ts';

export interface RunOptions {
  readonly env?: Record<string, string>;
  /** The program is ended after this long; three minutes unless told. */
  readonly timeoutMs?: number;
}

export interface WindowsResult {
  /** Null when the program was ended by a signal, as by its timeout, or by the death of Wine’s server. */
  readonly exitCode: number | null;
  /** All that it wrote to stdout. */
  readonly output: string;
  /** Its stderr, with Wine's own remarks, and why it has no exit code. */
  readonly errorOutput: string;
}

/** How long it takes the lane to end the programs of a server that has died. */
const serverLossMs = 2000;

/** `describe` for tests that need Wine; skipped, with the reason in the name, where it can't be had. */
export function describeWindows(name: string, body: () => void): void {
  const lane = inject('wineLane');
  const suite = lane.available ? describe : describe.skip;
  suite(lane.available ? name : `${name} (${lane.reason})`, body);
}

/** A folder for files that tests and Windows programs share; test files that run at the same time have others. */
export function laneWorkDir(): string {
  return seat().workDir;
}

/** The environment that Windows programs run in. */
export function laneEnv(): Readonly<Record<string, string>> {
  return seat().env;
}

/** The Unix path and the Windows path of a name in this test file's folder on drive C:, which is closed to other users. */
export function closedPath(name: string): { readonly unix: string; readonly windows: string } {
  const { closedDir } = seat();
  return {
    unix: join(closedDir, name),
    windows: `C:\\${basename(closedDir)}\\${name.replaceAll('/', '\\')}`,
  };
}

/** Of this worker. */
export function prefixDir(): string {
  return dirname(dirname(seat().closedDir));
}

/** What Wine's servers have said in this worker's prefix. */
export function laneServerLog(): string {
  return seat().serverLog;
}

/** The Unix path of the node.exe that scripts run in. */
export function nodeExe(): string {
  return lane().nodeExe;
}

/**
 * Bundles a TypeScript entry for node.exe, koffi and ssh2 left outside, and returns the script's Unix path.
 * `workers` are further entries, built beside it under their names (`name.js`).
 */
export async function bundleForWindows(entry: string, workers: Record<string, string> = {}): Promise<string> {
  const name = basename(entry, '.ts');
  const outDir = join(laneWorkDir(), `${name}-${randomUUID()}`);
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true, external: ['koffi', 'ssh2'] },
    build: {
      ssr: true,
      outDir,
      target: 'node20',
      minify: false,
      rollupOptions: {
        input: { [name]: entry, ...workers },
        output: { entryFileNames: '[name].js' },
      },
    },
  });
  return join(outDir, `${name}.js`);
}

/** Compiles one C file with mingw (warnings are errors) and returns the program's Unix path. */
export function compileWindowsC(source: string, libraries: readonly string[] = []): string {
  return compile(source, 'exe', ['-municode'], libraries);
}

/** Compiles one C file to a DLL and returns its Unix path. */
export function compileWindowsDll(source: string, libraries: readonly string[] = []): string {
  return compile(source, 'dll', ['-shared'], libraries);
}

function compile(
  source: string,
  extension: string,
  flags: readonly string[],
  libraries: readonly string[],
): string {
  const program = join(laneWorkDir(), `${basename(source, '.c')}-${randomUUID()}.${extension}`);
  const all = ['-O1', '-Wall', '-Wextra', '-Werror', ...flags, '-o', program, source];
  execFileSync('x86_64-w64-mingw32-gcc', [...all, ...libraries.map((library) => `-l${library}`)], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return program;
}

/** Runs a bundled script in node.exe to its end. */
export function runWindows(
  script: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<WindowsResult> {
  return toItsEnd(() => startWindows(script, args, options));
}

/** Runs a Windows executable to its end. */
export function runWindowsExe(
  exe: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): Promise<WindowsResult> {
  return toItsEnd(() => startWindowsExe(exe, args, options));
}

/** Once in thousands of starts Wine 8 ends a program with 1 before its first line: such a program is started again. */
async function toItsEnd(start: () => WindowsProgram): Promise<WindowsResult> {
  const result = await start().result;
  if (result.exitCode !== 1 || result.output !== '' || result.errorOutput !== '') return result;
  process.stderr.write('a Windows program that ended with 1 and without a word is started again\n');
  return start().result;
}

/** Starts a Windows executable. */
export function startWindowsExe(
  exe: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): WindowsProgram {
  return new WindowsProgram(exe, args, options);
}

/** Starts a bundled script in node.exe; talk to it with `ask` if it calls `serveControl`. */
export function startWindows(
  script: string,
  args: readonly string[] = [],
  options: RunOptions = {},
): WindowsProgram {
  return new WindowsProgram(lane().nodeExe, [windowsPath(script), ...args], options);
}

/** A running Windows program. Its output goes to files: node.exe dies of Unix pipes (EBADF). */
export class WindowsProgram {
  readonly result: Promise<WindowsResult>;
  readonly #outPath: string;
  readonly #errPath: string;
  readonly #child: ChildProcess;
  readonly #serverLog = laneServerLog();
  readonly #serverSaid = readFileSync(this.#serverLog, 'utf8');
  #isKilled = false;
  /** Why it was ended. */
  #fault: string | undefined;

  constructor(exe: string, args: readonly string[], options: RunOptions) {
    const base = join(laneWorkDir(), `output-${randomUUID()}`);
    this.#outPath = `${base}.txt`;
    this.#errPath = `${base}.err.txt`;
    const out = openSync(this.#outPath, 'w');
    const err = openSync(this.#errPath, 'w');
    this.#child = spawn('wine', [exe, ...args], {
      env: { ...laneEnv(), ...options.env },
      stdio: ['ignore', out, err],
    });
    closeSync(out);
    closeSync(err);
    this.result = this.#awaitEnd(options.timeoutMs ?? 180_000);
  }

  /** Everything written to stdout so far. */
  get output(): string {
    return readFileSync(this.#outPath, 'utf8');
  }

  get errorOutput(): string {
    return existsSync(this.#errPath) ? readFileSync(this.#errPath, 'utf8') : '';
  }

  /** Resolves with the match once stdout has it; rejects when the program ends before, with what it said. */
  async waitForOutput(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const ended = this.#child.exitCode !== null || this.#child.signalCode !== null;
      const match = pattern.exec(this.output);
      if (match) return match;
      if (ended) throw new Error(`program ended without ${pattern}: ${this.output}${this.errorOutput}`);
      await delay(20);
    }
  }

  /** Ends it at once, as a crash would. The Windows process ends with its Unix process. */
  kill(): void {
    this.#isKilled = true;
    this.#child.kill('SIGKILL');
  }

  /** Has the test's output say how the program ended, unless that was well or by `kill`. */
  tellOfBadEnd(who: string): void {
    void this.result.then(({ exitCode, errorOutput }) => {
      if (exitCode === 0 || this.#isKilled) return;
      process.stderr.write(`${who} ended with ${exitCode ?? 'no exit code'}: ${errorOutput.slice(-4000)}\n`);
    });
  }

  /** Sends one command to the program's control port (see control-server.ts) and returns its answer. */
  async ask<T>(command: string, argument: unknown = null): Promise<T> {
    const [, port] = await this.waitForOutput(/^control port (\d+)\r?$/m);
    const response = await fetch(`http://127.0.0.1:${port}/${command}`, {
      method: 'POST',
      body: JSON.stringify(argument),
    }).catch((error: unknown) => this.#explainSilence(error));
    const answer = (await response.json()) as { value?: T; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.value as T;
  }

  async #explainSilence(cause: unknown): Promise<never> {
    const ended = await Promise.race([this.result, delay(2 * serverLossMs)]);
    const how = ended ? `ended with ${ended.exitCode ?? 'no exit code'}` : 'does not answer';
    throw new Error(`the program ${how}: ${this.output}${ended?.errorOutput ?? this.errorOutput}`, { cause });
  }

  async #awaitEnd(timeoutMs: number): Promise<WindowsResult> {
    const timer = setTimeout(() => this.#endLate(timeoutMs), timeoutMs);
    const [exitCode, signal] = (await once(this.#child, 'exit')) as [number | null, NodeJS.Signals | null];
    clearTimeout(timer);
    const news = this.#isKilled ? '' : await serverNews(this.#serverLog, this.#serverSaid);
    const { output, errorOutput } = this;
    const notes = signal && !this.#isKilled ? `\n${this.#fault ?? `It was ended by ${signal}`}.\n` : '';
    return {
      // Without its server a program may end at any moment, with 0.
      exitCode: news === '' ? exitCode : null,
      output,
      errorOutput: errorOutput + notes + news,
    };
  }

  #endLate(timeoutMs: number): void {
    this.#fault = `It had not ended after ${timeoutMs / 1000} s: ${describeThreads(threadsOf(this.#child.pid))}`;
    this.#child.kill('SIGKILL');
  }
}

/** What is in the log when the server that was the last of it has died; empty while that lives. */
async function serverNews(log: string, before: string): Promise<string> {
  const [, pid] = /is process (\d+)\n$/.exec(before) ?? [];
  const [main] = threadsOf(Number(pid));
  // Where there was none yet, it is not known which one the program was to have.
  if (pid === undefined || (main && main.state !== 'Z')) return '';
  for (const endMs = performance.now() + serverLossMs; performance.now() < endMs; await delay(20)) {
    const now = readFileSync(log, 'utf8');
    if (now !== before) return now;
  }
  return 'Wine’s server has died.\n';
}

/** Of the worker that runs this test file. */
function seat(): WineSeat {
  const { seats } = lane();
  const found = seats[Number(process.env['VITEST_POOL_ID']) - 1];
  if (!found) throw new Error(`no seat of ${seats.length} for the worker ${process.env['VITEST_POOL_ID']}`);
  return found;
}

function lane(): Extract<WineLane, { available: true }> {
  const found = inject('wineLane');
  if (!found.available) throw new Error(found.reason);
  return found;
}
