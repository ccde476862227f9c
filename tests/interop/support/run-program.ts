// Runs other people's programs to their end.
import { type ChildProcess, spawn } from 'node:child_process';

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly input?: string;
  readonly timeoutMs?: number;
}

export interface ProgramResult {
  /** Null when a signal ended the program. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningProgram {
  readonly child: ChildProcess;
  readonly result: Promise<ProgramResult>;
}

/** Starts a program. Its result rejects when it can't be started, or was killed because it took too long. */
export function startProgram(
  program: string,
  args: readonly string[],
  { env, cwd, input, timeoutMs = 30_000 }: RunOptions,
): RunningProgram {
  const child = spawn(program, args, { env, cwd, stdio: 'pipe' });
  const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
  child.stdout.on('data', (chunk: Buffer) => chunks.stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.stderr.push(chunk));
  // A program that does not read its input may be gone before it is written.
  child.stdin.on('error', () => {});
  child.stdin.end(input ?? '');
  const text = (name: keyof typeof chunks) => Buffer.concat(chunks[name]).toString();
  const result = new Promise<ProgramResult>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(
        new Error(`${program} ${args.join(' ')}: still running after ${timeoutMs} ms\n${text('stderr')}`),
      );
    }, timeoutMs);
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout: text('stdout'), stderr: text('stderr') });
    });
  });
  // Whoever waits for the result hears of it; a test that failed before must not fail twice.
  result.catch(() => {});
  return { child, result };
}

export function run(program: string, args: readonly string[], options: RunOptions): Promise<ProgramResult> {
  return startProgram(program, args, options).result;
}

/** Standard output of a program that must succeed. Throws with its words when it does not. */
export async function runOk(program: string, args: readonly string[], options: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code === 0) return stdout;
  throw new Error(`${program} ${args.join(' ')}: exit status ${code}\n${stderr}${stdout}`);
}

/** One line for sh that runs a command with exactly these arguments. */
export function shellCommand(command: readonly string[]): string {
  return command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
}
