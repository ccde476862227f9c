// Finds the verb, runs it, and turns whatever goes wrong into one line and an exit code.

import packageJson from '../../package.json' with { type: 'json' };
import { insideQuotes } from '../../text/foreign-text.ts';
import { closeDebugger } from '../process/no-debugger.ts';
import { commands, groups } from './commands.ts';
import { glossaryWords } from './help/glossary-words.ts';
import { manualPage } from './help/manual-page.ts';
import { meantVerb } from './help/meant-verb.ts';
import { helpFor, overview } from './help/overview.ts';
import { type Command, CommandError, type CommandIo, exitCode, UsageError } from './parts/command.ts';
import { exitCodeFor, explainError, isBrokenPipe } from './parts/explain-error.ts';
import { statusCommand } from './verbs/status.ts';

/** What follows `--` is somebody else's command line. */
function asksForHelp(args: readonly string[]): boolean {
  const separator = args.indexOf('--');
  const own = separator === -1 ? args : args.slice(0, separator);
  return own.includes('--help') || own.includes('-h');
}

function commandNamed(verb: string): Command {
  const command = commands.find(({ name }) => name === verb);
  if (command) return command;
  const meant = meantVerb(verb);
  const remedy = meant === undefined ? '' : ` You may mean: sallyport ${meant}.`;
  throw new UsageError(`There is no verb "${insideQuotes(verb)}".${remedy}`);
}

async function dispatch([verb, ...args]: readonly string[], io: CommandIo): Promise<number> {
  if (verb === 'help' && args[0] === '--man') {
    await io.printAsIs(manualPage(groups, packageJson.version).trimEnd());
    return exitCode.ok;
  }
  if (verb === 'help' && args[0] === 'words') {
    await io.printAsIs(glossaryWords());
    return exitCode.ok;
  }
  if (verb === 'help' && args[0] !== undefined) {
    await io.printAsIs(helpFor(commandNamed(args[0])));
    return exitCode.ok;
  }
  if (verb === '--help' || verb === '-h' || verb === 'help') {
    await io.printAsIs(overview(groups));
    return exitCode.ok;
  }
  if (verb === '--version') {
    await io.printAsIs(`sallyport ${packageJson.version}`);
    return exitCode.ok;
  }
  if (verb === undefined) return statusCommand.run([], io);
  const command = commandNamed(verb);
  if (asksForHelp(args)) {
    await io.printAsIs(helpFor(command));
    return exitCode.ok;
  }
  return command.run(args, io);
}

function usageHint([verb]: readonly string[]): string {
  const known = commands.some(({ name }) => name === verb);
  return known ? `See: sallyport ${verb} --help` : 'See: sallyport --help';
}

/** Runs one command line (without the program's own name) and resolves with its exit code. Never rejects. */
export async function runCli(args: readonly string[], io: CommandIo): Promise<number> {
  try {
    const debuggerOpen = closeDebugger();
    if (debuggerOpen !== undefined) throw new CommandError(debuggerOpen);
    return await dispatch(args, io);
  } catch (error: unknown) {
    if (!isBrokenPipe(error))
      io.complain(
        error instanceof UsageError ? `${explainError(error)} ${usageHint(args)}` : explainError(error),
      );
    return exitCodeFor(error);
  }
}
