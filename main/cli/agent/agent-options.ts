// The command line of `sallyport agent`.
import { resolve } from 'node:path';
import type { AddConstraints } from '../../client/agent-requests.ts';
import { type LegacyClients, legacyClientChoices } from '../../doors/door-kinds.ts';
import { type DoorChoice, DoorListError, parseDoorList } from '../../doors/door-list.ts';
import { parseArguments } from '../parts/arguments.ts';
import { UsageError } from '../parts/command.ts';
import { parseKeyFileOptions } from '../parts/key-files/key-file-options.ts';
import { agentOptions } from './declared-options.ts';

export interface AgentOptions {
  /** Where to listen, or with `--stop` which agent is meant; absolute, or the name of a pipe. */
  readonly socketPath: string | undefined;
  /** Undefined: those of the platform. */
  readonly doors: readonly DoorChoice[] | undefined;
  readonly legacyClients: LegacyClients;
  /** Close this process to other programs of the same user. */
  readonly restrictAcl: boolean;
  /** A file that says to OpenSSH where the agent listens; absolute. */
  readonly opensshConfig: string | undefined;
  readonly askpass: string | undefined;
  readonly noPrompt: boolean;
  /** A key that a passphrase has opened is kept in clear for one use, not until the lock. */
  readonly unlockOnce: boolean;
  /** Addresses of other agents whose keys are offered, too; absolute. */
  readonly upstreams: readonly string[];
  readonly encrypted: boolean;
  readonly constraints: AddConstraints;
  readonly keyFiles: readonly string[];
  readonly command: readonly [string, ...string[]] | undefined;
}

export type AgentMode = 'foreground' | 'background' | 'background-child' | 'stop';

type Values = ReturnType<typeof parseAgentArguments>['values'];

const isWindows = process.platform === 'win32';

function parseAgentArguments(args: string[]) {
  return parseArguments({ args, options: agentOptions, allowPositionals: true });
}

function chooseMode(values: Values): AgentMode {
  if (values['background-child']) return 'background-child';
  if (values.background && values.stop) throw new UsageError('--background and --stop exclude each other.');
  if (values.stop) return 'stop';
  return values.background ? 'background' : 'foreground';
}

/** Without this `""` would become the working directory. */
function pathOption(name: string, what: string, value: string | undefined): string | undefined {
  if (value === '') throw new UsageError(`--${name} takes the path of ${what}.`);
  return value === undefined ? undefined : resolve(value);
}

/** A path is kept when the working directory changes; a bare name is looked up in PATH. */
function askpassProgram(value: string | undefined): string | undefined {
  if (value === '') throw new UsageError('--askpass takes the name of a program.');
  const namesPath = value?.includes('/') || (isWindows && value?.includes('\\'));
  return value && namesPath ? resolve(value) : value;
}

/** A path is kept when the working directory changes; resolving leaves the name of a pipe as it is. */
function upstreamAddress(value: string): string {
  if (value === '') throw new UsageError('--upstream takes the address of another agent.');
  return resolve(value);
}

function doorChoices({ doors, socket }: Values): readonly DoorChoice[] | undefined {
  if (doors === undefined) return undefined;
  if (socket !== undefined)
    throw new UsageError('Give the socket as --doors unix=PATH, or leave --doors out.');
  try {
    return parseDoorList(doors, process.platform).map((choice) =>
      'path' in choice ? { ...choice, path: resolve(choice.path) } : choice,
    );
  } catch (error: unknown) {
    if (error instanceof DoorListError) throw new UsageError(error.message);
    throw error;
  }
}

function legacyClients(value = 'prompt'): LegacyClients {
  const choice = legacyClientChoices.find((known) => known === value);
  if (choice) return choice;
  throw new UsageError(`--legacy-clients takes ${legacyClientChoices.join(', ')}.`);
}

function assertModeFits(mode: AgentMode, { command, keyFiles, doors, socketPath }: AgentOptions): void {
  if (mode === 'background' && command)
    throw new UsageError('With a COMMAND the agent ends with it, so --background makes no sense.');
  if (mode === 'stop' && (command || keyFiles.length > 0 || doors))
    throw new UsageError('--stop takes no key files, no doors and no command.');
  if (mode !== 'stop' && isWindows && socketPath !== undefined)
    throw new UsageError('--socket is not for Windows. For Git Bash and its kin: --doors …,cygwin=PATH');
}

function assertPlatformFits(values: Values): void {
  if (values['restrict-acl'] && !isWindows)
    throw new UsageError('--restrict-acl is for Windows. Here the agent closes its memory to others anyway.');
}

/** Everything after the first `--` is the command. Throws UsageError. */
export function parseAgentOptions(args: readonly string[]): { mode: AgentMode; options: AgentOptions } {
  const separator = args.indexOf('--');
  const own = separator === -1 ? args : args.slice(0, separator);
  const [program, ...programArgs] = separator === -1 ? [] : args.slice(separator + 1);
  if (separator !== -1 && !program) throw new UsageError('Name a command after "--".');
  const { values, positionals } = parseAgentArguments([...own]);
  const chosen: AgentOptions = {
    ...parseKeyFileOptions(values),
    socketPath: pathOption('socket', 'the socket', values.socket),
    doors: doorChoices(values),
    legacyClients: legacyClients(values['legacy-clients']),
    restrictAcl: values['restrict-acl'] ?? false,
    opensshConfig: pathOption('openssh-config', 'a file to write', values['openssh-config']),
    askpass: askpassProgram(values.askpass),
    noPrompt: values['no-prompt'] ?? false,
    unlockOnce: values['unlock-once'] ?? false,
    upstreams: (values.upstream ?? []).map(upstreamAddress),
    keyFiles: positionals,
    command: program === undefined ? undefined : [program, ...programArgs],
  };
  const mode = chooseMode(values);
  assertPlatformFits(values);
  assertModeFits(mode, chosen);
  return { mode, options: chosen };
}
