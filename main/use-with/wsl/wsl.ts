// WSL set up by one click: looked at, shown, done, taken back; for the command and whoever else asks.
import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { foreignText } from '../../../text/foreign-text.ts';
import { systemErrorInWords } from '../../../text/system-error.ts';
import type { OwnCommand } from '../../programs/find-command.ts';
import { readDistributions } from './distributions.ts';
import { listScript, readListed } from './wsl-list.ts';
import { planRemoval, planSetUp, WslError, type WslLook, type WslPlan } from './wsl-plan.ts';
import { applyScript, lookScript, readApplied, readLook } from './wsl-scripts.ts';

/** Starting a distribution that sleeps takes some seconds. */
const startLimitMs = 60_000;
/** For what starts nothing but WSL's own service. */
const listLimitMs = 10_000;
const maxOutputBytes = 8 * 1024 * 1024;
const maxWords = 300;

/** It has not ended in time: it hangs, as it does now and then. */
export class WslSlowError extends WslError {
  override readonly name = 'WslSlowError';
}

export type RunWsl = (args: readonly string[], input: string, timeLimitMs: number) => Promise<Uint8Array>;

/** Runs wsl.exe. Rejects with WslError where there is none, or it fails; with WslSlowError where it takes too long. */
export const runWsl =
  (program = 'wsl.exe', env: NodeJS.ProcessEnv = process.env): RunWsl =>
  (args, input, timeLimitMs) =>
    new Promise((resolve, reject) => {
      // Its own words are for a person's terminal, in a language and an encoding of their own.
      const child = spawn(program, args, { cwd: homedir(), env, windowsHide: true });
      // What it has started may keep its output open after its end: that is not waited for.
      const timer = setTimeout(() => {
        child.kill('SIGKILL');
        child.stdout.destroy();
        child.stderr.destroy();
        reject(new WslSlowError(`WSL didn’t answer within ${timeLimitMs / 1000} seconds.`));
      }, timeLimitMs);
      const chunks: Buffer[] = [];
      let bytes = 0;
      child.stdout.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > maxOutputBytes) child.kill();
        else chunks.push(chunk);
      });
      child.stderr.resume();
      child.stdin.on('error', () => {});
      child.stdin.end(input);
      child.once('error', ({ code, message }: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        reject(new WslError(`WSL can’t be run: ${systemErrorInWords(code ?? message)}.`));
      });
      child.once('close', (code) => {
        clearTimeout(timer);
        if (code === 0) resolve(Buffer.concat(chunks));
        else reject(new WslError(`WSL has failed (${code ?? 'it was ended'}): ${args.join(' ')}`));
      });
    });

export class Wsl {
  readonly #run: RunWsl;
  readonly #command: OwnCommand;

  readonly #listLimitMs: number;

  /** `command`: ours on Windows, by paths that stay. `limitMs`: how long WSL may take to list what it has. */
  constructor(command: OwnCommand, run: RunWsl = runWsl(), limitMs = listLimitMs) {
    this.#run = run;
    this.#command = command;
    this.#listLimitMs = limitMs;
  }

  /** The person's distributions. Rejects with WslError, as all that follows. */
  async distributions(): Promise<readonly string[]> {
    return readDistributions(await this.#run(['--list', '--quiet'], '', this.#listLimitMs));
  }

  /** Those that run now. */
  async running(): Promise<readonly string[]> {
    try {
      return readDistributions(await this.#run(['--list', '--running', '--quiet'], '', this.#listLimitMs));
    } catch (error: unknown) {
      // Where none runs, it fails.
      if (error instanceof WslError && !(error instanceof WslSlowError)) return [];
      throw error;
    }
  }

  /** How many keys ssh-add lists there through the relay; undefined where no agent answers. Starts the distribution. */
  async countKeys(distribution: string): Promise<number | undefined> {
    if (!(await this.distributions()).includes(distribution))
      throw new WslError(`WSL has no distribution ${foreignText(distribution, maxWords)}.`);
    const listed = readListed(await this.#shell(distribution, listScript));
    if (typeof listed === 'string') throw new WslError(`${distribution}: ${foreignText(listed, maxWords)}`);
    return listed.count;
  }

  /** What would be changed to set it up; no files where that is done already. Changes nothing. */
  async planSetUp(distribution: string): Promise<WslPlan> {
    return planSetUp(distribution, await this.#look(distribution), this.#command);
  }

  /** What would be changed to take that back. Changes nothing. */
  async planRemoval(distribution: string): Promise<WslPlan> {
    return planRemoval(distribution, await this.#look(distribution));
  }

  /** Makes exactly these changes, where the files are still as the plan has them. */
  async apply(plan: WslPlan): Promise<void> {
    if (plan.files.length === 0) return;
    const problem = readApplied(await this.#shell(plan.distribution, applyScript(plan)));
    if (problem !== undefined) throw new WslError(`${plan.distribution}: ${foreignText(problem, maxWords)}`);
  }

  async #look(distribution: string): Promise<WslLook> {
    if (!(await this.distributions()).includes(distribution))
      throw new WslError(`WSL has no distribution ${foreignText(distribution, maxWords)}.`);
    const look = readLook(await this.#shell(distribution, lookScript));
    if (look === undefined)
      throw new WslError(`${distribution} does not answer as a Linux distribution does.`);
    if ('problem' in look) throw new WslError(`${distribution}: ${foreignText(look.problem, maxWords)}`);
    return look;
  }

  async #shell(distribution: string, script: string): Promise<string> {
    const output = await this.#run(
      ['--distribution', distribution, '--exec', '/bin/sh', '-s'],
      script,
      startLimitMs,
    );
    return Buffer.from(output).toString('utf8');
  }
}
