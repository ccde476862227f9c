// Finds the verb, runs it, and turns whatever goes wrong into one line and an exit code.

import { insideQuotes } from '../../text/foreign-text.ts';
import { closeDebugger } from '../process/no-debugger.ts';
import { thisVersion } from '../programs/this-version.ts';
import { isVerb, loadCommand, loadGroups } from './commands.ts';
import { meantVerb } from './help/meant-verb.ts';
import { type Command, CommandError, type CommandIo, exitCode, UsageError } from './parts/command.ts';
import { exitCodeFor, explainError, isBrokenPipe } from './parts/explain-error.ts';

/** What follows `--` is somebody else's command line. */
function asksForHelp(args: readonly string[]): boolean {
  const separator = args.indexOf('--');
  const own = separator === -1 ? args : args.slice(0, separator);
  return own.includes('--help') || own.includes('-h');
}

async function commandNamed(verb: string): Promise<Command> {
  const command = await loadCommand(verb);
  if (command) return command;
  const meant = meantVerb(verb);
  const remedy = meant === undefined ? '' : ` You may mean: sallyport ${meant}.`;
  throw new UsageError(`There is no verb "${insideQuotes(verb)}".${remedy}`);
}

async function dispatch([verb, ...args]: readonly string[], io: CommandIo): Promise<number> {
  if (verb === 'help' && args[0] === '--man') {
    const { manualPage } = await import('./help/manual-page.ts');
    await io.printAsIs(manualPage(await loadGroups(), thisVersion.version).trimEnd());
    return exitCode.ok;
  }
  if (verb === 'help' && args[0] === 'words') {
    const { glossaryWords } = await import('./help/glossary-words.ts');
    await io.printAsIs(glossaryWords());
    return exitCode.ok;
  }
  if (verb === 'help' && args[0] !== undefined) {
    const command = await commandNamed(args[0]);
    const { helpFor } = await import('./help/overview.ts');
    await io.printAsIs(helpFor(command));
    return exitCode.ok;
  }
  if (verb === '--help' || verb === '-h' || verb === 'help') {
    const { overview } = await import('./help/overview.ts');
    await io.printAsIs(overview(await loadGroups()));
    return exitCode.ok;
  }
  if (verb === '--version') {
    await io.printAsIs(`sallyport ${thisVersion.version}`);
    return exitCode.ok;
  }
  const command = await commandNamed(verb ?? 'status');
  if (asksForHelp(args)) {
    const { helpFor } = await import('./help/overview.ts');
    await io.printAsIs(helpFor(command));
    return exitCode.ok;
  }
  return command.run(args, io);
}

function usageHint([verb]: readonly string[]): string {
  return isVerb(verb) ? `See: sallyport ${verb} --help` : 'See: sallyport --help';
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
