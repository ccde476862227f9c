// The command line of `sallyport agent`.
import { resolve } from 'node:path';
import type { AddConstraints } from '../client/agent-requests.ts';
import { parseArguments } from './arguments.ts';
import { UsageError } from './command.ts';
import { keyFileOptions, parseKeyFileOptions } from './key-file-options.ts';

export interface AgentOptions {
  readonly socketPath: string | undefined;
  readonly askpass: string | undefined;
  readonly noPrompt: boolean;
  readonly encrypted: boolean;
  readonly constraints: AddConstraints;
  readonly keyFiles: readonly string[];
  readonly command: readonly [string, ...string[]] | undefined;
}

export type AgentMode = 'foreground' | 'background' | 'background-child' | 'stop';

const options = {
  ...keyFileOptions,
  socket: { type: 'string' },
  askpass: { type: 'string' },
  'no-prompt': { type: 'boolean' },
  background: { type: 'boolean' },
  stop: { type: 'boolean' },
  /** Not for people: how `--background` starts the process that stays. */
  'background-child': { type: 'boolean' },
} as const;

type Values = ReturnType<typeof parseAgentArguments>['values'];

function parseAgentArguments(args: string[]) {
  return parseArguments({ args, options, allowPositionals: true });
}

function chooseMode(values: Values): AgentMode {
  if (values['background-child']) return 'background-child';
  if (values.background && values.stop) throw new UsageError('--background and --stop exclude each other.');
  if (values.stop) return 'stop';
  return values.background ? 'background' : 'foreground';
}

/** Without this `--socket ""` would become the working directory. */
function socketPath(value: string | undefined): string | undefined {
  if (value === '') throw new UsageError('--socket takes the path of the socket.');
  return value === undefined ? undefined : resolve(value);
}

/** A path is kept when the working directory changes; a bare name is looked up in PATH. */
function askpassProgram(value: string | undefined): string | undefined {
  if (value === '') throw new UsageError('--askpass takes the name of a program.');
  return value?.includes('/') ? resolve(value) : value;
}

function assertModeFits(mode: AgentMode, agentOptions: AgentOptions): void {
  const { command, keyFiles } = agentOptions;
  if (mode === 'background' && command)
    throw new UsageError('With a COMMAND the agent ends with it, so --background makes no sense.');
  if (mode === 'stop' && (command || keyFiles.length > 0))
    throw new UsageError('--stop takes no key files and no command.');
}

/** Everything after the first `--` is the command. Throws UsageError. */
export function parseAgentOptions(args: readonly string[]): { mode: AgentMode; options: AgentOptions } {
  const separator = args.indexOf('--');
  const own = separator === -1 ? args : args.slice(0, separator);
  const [program, ...programArgs] = separator === -1 ? [] : args.slice(separator + 1);
  if (separator !== -1 && !program) throw new UsageError('Name a command after "--".');
  const { values, positionals } = parseAgentArguments([...own]);
  const agentOptions: AgentOptions = {
    ...parseKeyFileOptions(values),
    socketPath: socketPath(values.socket),
    askpass: askpassProgram(values.askpass),
    noPrompt: values['no-prompt'] ?? false,
    keyFiles: positionals,
    command: program === undefined ? undefined : [program, ...programArgs],
  };
  const mode = chooseMode(values);
  assertModeFits(mode, agentOptions);
  return { mode, options: agentOptions };
}
