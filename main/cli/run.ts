// Finds the verb, runs it, and turns whatever goes wrong into one line and an exit code.

import packageJson from '../../package.json' with { type: 'json' };
import { insideQuotes } from '../../text/foreign-text.ts';
import { closeDebugger } from '../process/no-debugger.ts';
import { type Command, CommandError, type CommandIo, exitCode, UsageError } from './parts/command.ts';
import { exitCodeFor, explainError, isBrokenPipe } from './parts/explain-error.ts';
import { addCommand } from './verbs/add.ts';
import { agentCommand } from './verbs/agent.ts';
import { configCommand } from './verbs/config.ts';
import { doorsCommand } from './verbs/doors.ts';
import { generateCommand } from './verbs/generate.ts';
import { listCommand } from './verbs/list.ts';
import { lockCommand, unlockCommand } from './verbs/lock.ts';
import { logCommand } from './verbs/log.ts';
import { publicCommand } from './verbs/public.ts';
import { reencryptCommand } from './verbs/reencrypt.ts';
import { relayCommand } from './verbs/relay.ts';
import { removeCommand } from './verbs/remove.ts';
import { rulesCommand } from './verbs/rules.ts';
import { securityKeysCommand } from './verbs/security-keys-verb.ts';
import { testSignCommand } from './verbs/test-sign.ts';
import { tokensCommand } from './verbs/tokens.ts';
import { upstreamCommand } from './verbs/upstream.ts';
import { windowsKeysCommand } from './verbs/windows-keys.ts';

const commands: readonly Command[] = [
  agentCommand,
  addCommand,
  listCommand,
  removeCommand,
  lockCommand,
  unlockCommand,
  reencryptCommand,
  publicCommand,
  generateCommand,
  testSignCommand,
  logCommand,
  rulesCommand,
  doorsCommand,
  upstreamCommand,
  windowsKeysCommand,
  tokensCommand,
  securityKeysCommand,
  configCommand,
  relayCommand,
];

const nameWidth = Math.max(...commands.map(({ name }) => name.length));

const help = `usage: sallyport VERB [options]

An SSH agent, and a client for any SSH agent.

${commands.map(({ name, summary }) => `  ${name.padEnd(nameWidth)}  ${summary}`).join('\n')}

"sallyport help VERB" says more. All verbs but "agent" and "generate" talk to the agent at
SSH_AUTH_SOCK, or else to the one at the platform's default place.

Passphrases are asked for on the terminal, or by the program in SSH_ASKPASS when there is no
terminal or SSH_ASKPASS_REQUIRE says so.

exit codes:
  0  done
  1  refused or failed
  2  the command line makes no sense
  3  no agent answers`;

function helpFor({ name, usage, summary, help: text }: Command): string {
  const usageLine = ['usage: sallyport', name, usage].filter(Boolean).join(' ');
  return `${usageLine}\n\n${summary[0]?.toUpperCase()}${summary.slice(1)}.\n\n${text}`;
}

/** What follows `--` is somebody else's command line. */
function asksForHelp(args: readonly string[]): boolean {
  const separator = args.indexOf('--');
  const own = separator === -1 ? args : args.slice(0, separator);
  return own.includes('--help') || own.includes('-h');
}

function commandNamed(verb: string): Command {
  const command = commands.find(({ name }) => name === verb);
  if (command) return command;
  throw new UsageError(`There is no verb "${insideQuotes(verb)}".`);
}

async function dispatch([verb, ...args]: readonly string[], io: CommandIo): Promise<number> {
  if (verb === 'help' && args[0] !== undefined) {
    await io.printAsIs(helpFor(commandNamed(args[0])));
    return exitCode.ok;
  }
  if (verb === '--help' || verb === '-h' || verb === 'help') {
    await io.printAsIs(help);
    return exitCode.ok;
  }
  if (verb === '--version') {
    await io.printAsIs(`sallyport ${packageJson.version}`);
    return exitCode.ok;
  }
  if (verb === undefined) throw new UsageError('Name a verb.');
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
