// The built command in a directory of its own with nothing but koffi beside it, run as a user would.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeExistingInstallation } from './existing-installation.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface Result {
  /** 128 + n when a signal has ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
}

export class InstalledCommand {
  /** Private to the test; removed with the command. */
  readonly dir: string;
  readonly cliPath: string;
  /** The command as one program, for scripts: Node's own path may have spaces. */
  readonly program: string;
  readonly #running = new Set<ChildProcess>();

  constructor(dir: string) {
    this.dir = dir;
    this.cliPath = join(dir, 'app/main/cli.js');
    this.program = join(dir, 'app/sallyport');
  }

  /** Builds the command from the sources as they are. */
  static async install(): Promise<InstalledCommand> {
    const dir = mkdtempSync(join(tmpdir(), 'sallyport-test-'));
    const command = new InstalledCommand(dir);
    await promisify(execFile)(process.execPath, ['scripts/build.mjs', join(dir, 'app')], { cwd: root });
    for (const name of ['koffi', '@koromix'])
      cpSync(join(root, 'node_modules', name), join(dir, 'app/node_modules', name), { recursive: true });
    writeFileSync(join(dir, 'app/package.json'), '{"type":"module"}');
    const script = `#!/bin/sh\nexec '${process.execPath}' '${command.cliPath}' "$@"\n`;
    writeFileSync(command.program, script, { mode: 0o700 });
    mkdirSync(join(dir, 'tmp'));
    makeExistingInstallation(join(dir, '.config'));
    return command;
  }

  /** Whether the installed command could import a package. */
  canResolve(name: string): boolean {
    try {
      createRequire(this.cliPath).resolve(name);
      return true;
    } catch {
      return false;
    }
  }

  /** An environment without an agent, an askpass program, a display or a runtime directory. */
  env(change: Record<string, string> = {}): NodeJS.ProcessEnv {
    const { PATH } = process.env as { PATH: string };
    return { PATH, HOME: this.dir, TMPDIR: join(this.dir, 'tmp'), ...change };
  }

  start(args: readonly string[], { env, cwd }: RunOptions = {}): ChildProcess {
    return this.spawn(process.execPath, [this.cliPath, ...args], {
      ...(env && { env }),
      ...(cwd && { cwd }),
    });
  }

  spawn(program: string, args: readonly string[], { env, cwd }: RunOptions = {}): ChildProcess {
    const child = spawn(program, args, {
      env: this.env(env),
      cwd: cwd ?? this.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#running.add(child);
    child.once('exit', () => this.#running.delete(child));
    return child;
  }

  run(args: readonly string[], options?: RunOptions): Promise<Result> {
    return finished(this.start(args, options));
  }

  /** `sh -c script`, with `$CLI` for the command. */
  shell(script: string, options: RunOptions = {}): Promise<Result> {
    const env = { ...options.env, CLI: this.program };
    return finished(this.spawn('sh', ['-c', script], { ...options, env }));
  }

  /** Starts an agent in the foreground and resolves when it has said where it listens. */
  async agent(args: readonly string[] = [], options?: RunOptions): Promise<StartedAgent> {
    const child = this.start(['agent', ...args], options);
    const end = finished(child);
    const stdout = await new Promise<string>((resolve) => {
      let text = '';
      child.stdout?.on('data', (chunk) => {
        text += chunk;
        if (text.includes('export SSH_AGENT_PID;\n')) resolve(text);
      });
      child.once('close', () => resolve(text));
    });
    const [, socket = ''] = /^SSH_AUTH_SOCK=(.*); export SSH_AUTH_SOCK;\n/.exec(stdout) ?? [];
    return { child, socket, end, env: { SSH_AUTH_SOCK: socket } };
  }

  /** Known by the path of the command, which is this test's alone. */
  #detachedProcesses(): number[] {
    if (!existsSync('/proc')) return [];
    const pids = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name));
    return pids.filter((pid) => commandLine(pid).includes(`${this.cliPath}\0`)).map(Number);
  }

  /** Ends what still runs, also agents that a failed test has left in the background. */
  remove(): void {
    for (const child of this.#running) child.kill('SIGKILL');
    for (const pid of this.#detachedProcesses()) killIfThere(pid);
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

/** A process that was told to end before may do so at any moment. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Empty for a process that has gone, or where there is no /proc. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

export interface StartedAgent {
  readonly child: ChildProcess;
  readonly socket: string;
  readonly env: { readonly SSH_AUTH_SOCK: string };
  readonly end: Promise<Result>;
}

function finished(child: ChildProcess): Promise<Result> {
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => {
    child.once('close', (code, signal) => {
      resolve({ code: code ?? 128 + constants.signals[signal ?? 'SIGKILL'], stdout, stderr });
    });
  });
}
