// `sallyport agent … -- COMMAND…`: the command lives in the agent's environment, and ends it.

import { type ChildProcess, spawn } from 'node:child_process';
import { foreignName } from '../../../text/foreign-text.ts';
import { systemErrorInWords } from '../../../text/system-error.ts';
import { isForegroundJob } from '../../terminal/open-terminal.ts';
import { CommandError, type CommandIo } from '../parts/command.ts';
import { exitCodeOfSignal, StopSignals } from './process/stop-signals.ts';

/** What shells answer for a command that can't be found, or can't be run. */
const notFound = 127;
const notExecutable = 126;

/** A command that can't be started, with the exit code of the shells' convention. */
class CommandNotStartedError extends CommandError {
  readonly exitCode: number;

  constructor(command: string, { code }: NodeJS.ErrnoException) {
    super(
      code === 'ENOENT'
        ? `${foreignName(command)}: command not found.`
        : `${foreignName(command)}: it can't be run (${systemErrorInWords(code)}).`,
    );
    this.exitCode = code === 'ENOENT' ? notFound : notExecutable;
  }
}

function forward(child: ChildProcess, signal: NodeJS.Signals): void {
  // Ctrl-C goes to every process of the terminal's job; a second one would make many programs quit at once.
  if (signal === 'SIGINT' && isForegroundJob()) return;
  child.kill(signal);
}

/**
 * Runs a command with our standard streams and resolves with its exit code (128 + n for a signal). Stop signals go
 * to the command: we end when it does. Rejects with CommandNotStartedError.
 */
function runCommand(command: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Promise<number> {
  const [program, ...args] = command;
  return new Promise((resolve, reject) => {
    // Before the command can have said a word: a signal that came in between would end us and leave it alone.
    const signals = new StopSignals((signal) => forward(child, signal));
    const child = spawn(program, args, { stdio: 'inherit', env });
    child.once('error', (error) => {
      signals[Symbol.dispose]();
      reject(new CommandNotStartedError(program, error));
    });
    child.once('exit', (code, signal) => {
      signals[Symbol.dispose]();
      resolve(code ?? exitCodeOfSignal(signal ?? 'SIGKILL'));
    });
  });
}

/** As `runCommand`; a command that can't be started is reported, with the exit code that shells have for it. */
export async function runCommandOrExplain(
  command: readonly [string, ...string[]],
  env: NodeJS.ProcessEnv,
  { complain }: CommandIo,
): Promise<number> {
  try {
    return await runCommand(command, env);
  } catch (error: unknown) {
    if (!(error instanceof CommandNotStartedError)) throw error;
    complain(error.message);
    return error.exitCode;
  }
}
