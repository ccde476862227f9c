// The built command as an agent of its own process, as people start it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { isAlive } from './eventually.ts';
import { type ProgramResult, type RunningProgram, run, runOk, startProgram } from './run-program.ts';
import { cliPath, type Workspace } from './workspace.ts';

export interface StartOptions {
  /** After `agent --socket PATH`. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A program and its arguments that run the agent, e.g. strace. */
  readonly through?: readonly string[];
}

const endTimeoutMs = 10_000;
let agents = 0;

export class RunningAgent implements AsyncDisposable {
  readonly socketPath: string;
  readonly pid: number;
  /** For its clients. */
  readonly env: Readonly<Record<string, string>>;
  /** What it has written to standard error so far. */
  readonly log: () => string;
  readonly #exited: Promise<unknown>;
  #hasEnded = false;

  private constructor(
    space: Workspace,
    at: { socketPath: string; pid: number },
    log: () => string,
    exited: Promise<unknown>,
  ) {
    this.socketPath = at.socketPath;
    this.pid = at.pid;
    this.env = { ...space.env, SSH_AUTH_SOCK: at.socketPath };
    this.log = log;
    this.#exited = exited.then(() => {
      this.#hasEnded = true;
    });
  }

  /** Starts the agent and resolves when it has said where it listens. It ends with the workspace, if not before. */
  static async start(space: Workspace, options: StartOptions = {}): Promise<RunningAgent> {
    const socketPath = space.path(`agent-${++agents}.sock`);
    const [program = '', ...args] = [
      ...(options.through ?? []),
      ...[process.execPath, cliPath, 'agent', '--socket', socketPath],
      ...(options.args ?? []),
    ];
    const child = spawn(program, args, {
      env: { ...space.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    const exited = once(child, 'exit');
    // Kept: an agent that comes up late, or never, must not outlive the tests.
    space.defer(async () => {
      child.kill('SIGTERM');
      await exited;
    });
    const pid = await announcedPid(child.stdout, exited, socketPath).catch((error: unknown) => {
      throw new Error(`the agent did not start: ${log}`, { cause: error });
    });
    const agent = new RunningAgent(space, { socketPath, pid }, () => log, exited);
    space.defer(() => agent.stop());
    return agent;
  }

  get isAlive(): boolean {
    // The number of a process that has ended may be another one's.
    return !this.#hasEnded && isAlive(this.pid);
  }

  /** Tells the agent to end; rejects when it does not. */
  async stop(): Promise<void> {
    if (this.isAlive) process.kill(this.pid, 'SIGTERM');
    const timer = setTimeout(() => {
      if (this.isAlive) process.kill(this.pid, 'SIGKILL');
    }, endTimeoutMs);
    await this.#exited;
    clearTimeout(timer);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** Runs a client program to its end. */
  run(program: string, ...args: readonly string[]): Promise<ProgramResult> {
    return run(program, args, { env: this.env });
  }

  /** Standard output of a client program that must succeed. */
  runOk(program: string, ...args: readonly string[]): Promise<string> {
    return runOk(program, args, { env: this.env });
  }

  startClient(program: string, ...args: readonly string[]): RunningProgram {
    return startProgram(program, args, { env: this.env });
  }
}

/** The pid in the two lines that the agent prints when it listens; they must be exactly these. */
async function announcedPid(
  stdout: NodeJS.ReadableStream,
  exited: Promise<unknown>,
  socketPath: string,
): Promise<number> {
  let printed = '';
  const announced = new Promise<number>((resolve, reject) => {
    stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      if (printed.split('\n').length < 3) return;
      const expected = `SSH_AUTH_SOCK=${socketPath}; export SSH_AUTH_SOCK;\nSSH_AGENT_PID=`;
      const pid = /^(\d+); export SSH_AGENT_PID;\n$/.exec(printed.slice(expected.length))?.[1];
      if (printed.startsWith(expected) && pid) resolve(Number(pid));
      else reject(new Error(`the agent announced itself as ${JSON.stringify(printed)}`));
    });
  });
  const failed = exited.then(() => Promise.reject(new Error('it has ended')));
  failed.catch(() => {});
  return Promise.race([announced, failed]);
}
