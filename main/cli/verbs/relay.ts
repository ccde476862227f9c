// `sallyport relay`: the agent on standard input and output, for a program elsewhere that can start one here (WSL); or on
// a socket of its own, for programs that reach no other (containers).
import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import { isHandedSocket } from '../../../ipc/transports/unix/handed-socket.ts';
import { systemErrorInWords } from '../../../text/system-error.ts';
import { isPlace } from '../../agent/facts/relayed-program.ts';
import { openAgentSocket } from '../../client/agent-socket.ts';
import { AnswerCount } from '../../client/answer-count.ts';
import { type AddressEnvironment, agentAddress } from '../../client/find/agent-address.ts';
import {
  afterFirstMessage,
  type Introduced,
  introduction,
  placeHere,
  programAt,
} from '../../client/relay/introduce.ts';
import { listenAsRelay } from '../../client/relay/listening-relay.ts';
import { pump } from '../../client/relay/pump.ts';
import { connectTo, startThrough } from '../../client/relay/relay-target.ts';
import { Ending } from '../agent/process/ending.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, CommandError, type CommandIo, exitCode, UsageError } from '../parts/command.ts';
import { explainError } from '../parts/explain-error.ts';
import { type OptionDeclarations, optionsHelp } from '../parts/options.ts';

/** How long after the end of our input a pipe is kept for answers that are on their way. */
const lastAnswersMs = 2000;

/** Connections to a socket, and to a command, of which each has its own process. */
const maxConnections = { to: 1024, through: 64 } as const;

/** What `--listen` takes in place of a path. */
const handedOver = 'systemd';

const options = {
  to: {
    type: 'string',
    value: 'ADDRESS',
    takes: 'file',
    help: 'a socket, or a pipe of Windows; default as for all verbs',
  },
  listen: {
    type: 'string',
    value: 'PATH',
    takes: 'file',
    help: `make this socket, for you alone, and connect whoever comes to it; "${handedOver}":
take the socket that systemd hands over`,
  },
  place: {
    type: 'string',
    value: 'NAME',
    help: `what this system is called in prompts and rules; default the distribution of WSL, or
the host's name`,
  },
  program: {
    type: 'string',
    value: 'PATH',
    help: `without --listen: for which program of that place this is, as the agent is to tell
the person; with --user and --pid`,
  },
  user: { type: 'string', value: 'NAME', help: 'whose program it is' },
  pid: { type: 'string', value: 'NUMBER', help: 'its process' },
} as const satisfies OptionDeclarations;

interface RelayArguments {
  readonly to: string | undefined;
  readonly listen: string | undefined;
  readonly place: string | undefined;
  /** Empty without one. */
  readonly command: readonly string[];
  /** For whom standard input and output are, as whoever started this says. */
  readonly introduced: Introduced | undefined;
}

/**
 * Tells the agent that no more requests come. A Unix socket can be closed for writing alone. A pipe can't: ending it
 * ends the answers, too, so those to what was asked are waited for first.
 */
async function endRequests(socket: Socket, answers: AnswerCount): Promise<void> {
  if (process.platform === 'win32') await answers.complete(lastAnswersMs);
  socket.end();
}

/** Resolves when the agent has ended the connection, or nobody reads our output any more. */
async function carryStreams(socket: Socket, introduced: Introduced | undefined): Promise<void> {
  const answers = new AnswerCount();
  if (introduced) socket.write(introduction(introduced));
  const input = pump(process.stdin, socket, (chunk) => answers.sent(chunk))
    .catch(() => {})
    .then(() => endRequests(socket, answers));
  // It may wait for ever for a program that neither writes nor ends.
  input.catch(() => {});
  // A reader that has gone is met by `pump`; without a listener the process would end noisily.
  const output = process.stdout.on('error', () => {});
  await pump(introduced ? afterFirstMessage(socket) : socket, output, (chunk) => answers.received(chunk));
}

async function relayStreams(address: string, introduced: Introduced | undefined): Promise<number> {
  const socket = await openAgentSocket(address, true);
  socket.on('error', () => {});
  try {
    await carryStreams(socket, introduced);
  } catch (error: unknown) {
    const { code }: NodeJS.ErrnoException = error as Error;
    // Whoever has read our output has left: that is an end like any other.
    if (code !== 'EPIPE' && code !== 'EOF' && code !== 'ERR_STREAM_PREMATURE_CLOSE')
      throw new CommandError(`The connection to the agent broke (${systemErrorInWords(code)}).`);
  } finally {
    socket.destroy();
  }
  return exitCode.ok;
}

async function relaySocket(
  listen: string,
  { to, command, place }: RelayArguments,
  { env, complain }: CommandIo,
): Promise<number> {
  if (process.platform === 'win32')
    throw new UsageError('--listen makes a Unix socket, which the programs of Windows do not use.');
  const path = listen === handedOver ? undefined : resolve(listen);
  if (path === undefined && !isHandedSocket(env))
    throw new UsageError('systemd has handed over no socket: name the path of one.');
  if (
    path !== undefined &&
    path === resolve(to ?? (env as AddressEnvironment).SSH_AUTH_SOCK ?? '') &&
    command.length === 0
  )
    throw new UsageError('The relay would connect to itself: say with --to where the agent listens.');
  using ending = new Ending();
  const relay = await listenAsRelay(path, {
    open: async () =>
      command.length > 0 ? startThrough(command, complain) : connectTo(to ?? (await agentAddress(env))),
    describe: async (socket, client) =>
      (await programAt(socket, client, place ?? placeHere(env))) ?? 'nobody',
    maxConnections: command.length > 0 ? maxConnections.through : maxConnections.to,
    onFailed: (error) => complain(explainError(error)),
  });
  if (path !== undefined) complain(`Listening at ${path}.`);
  await ending.reached;
  await relay.close();
  return ending.finish();
}

interface Named {
  readonly program?: string | undefined;
  readonly user?: string | undefined;
  readonly pid?: string | undefined;
}

function parseProgram(
  place: string | undefined,
  { program, user = '', pid = '0' }: Named,
): Introduced | undefined {
  // What started this may not have been told: an unknown program is none to name.
  if (!program) return place === undefined ? undefined : 'nobody';
  if (place === undefined) throw new UsageError('--program goes with --place.');
  if (!/^\d{1,10}$/.test(pid)) throw new UsageError('--pid takes a number.');
  return { place, executable: program, user, pid: Math.min(Number(pid), 0xffff_ffff) };
}

function parse(args: readonly string[]): RelayArguments {
  const separator = args.indexOf('--');
  const own = separator === -1 ? args : args.slice(0, separator);
  const command = separator === -1 ? [] : args.slice(separator + 1);
  const { to, listen, place, ...named } = parseArguments({ args: [...own], options }).values;
  if (to === '') throw new UsageError('--to takes the path of a socket or the name of a pipe.');
  if (listen === '') throw new UsageError('--listen takes the path of the socket to make.');
  if (separator !== -1 && command.length === 0) throw new UsageError('Name a command after “--”.');
  if (command.length > 0 && listen === undefined)
    throw new UsageError('A command is for --listen, which starts it for each connection.');
  if (command.length > 0 && to !== undefined) throw new UsageError('--to and a command exclude each other.');
  if (place !== undefined && !isPlace(place))
    throw new UsageError('--place takes a short name without a colon, such as that of a distribution.');
  return { to, listen, place, command, introduced: parseProgram(place, named) };
}

export const relayCommand: Command = {
  name: 'relay',
  usage: '[--listen PATH] [--place NAME] [--to ADDRESS | -- COMMAND ...]',
  summary: 'connect standard input and output, or a socket, to the agent',
  options,
  help: `Carries the agent protocol, byte for byte, between a program that has this one's standard
input and output and the agent. Ends when either side does. For WSL: "sallyport config wsl".

With --listen it makes a Unix socket and carries each connection to it, until it is ended by a
signal: for containers, and whoever else can't reach the agent's own socket.

${optionsHelp(options)}
  -- COMMAND     with --listen: start this for each connection, whose standard input and output
                 are the agent, such as another "sallyport relay"`,
  async run(args, io) {
    const parsed = parse(args);
    if (parsed.listen !== undefined) return relaySocket(parsed.listen, parsed, io);
    return relayStreams(parsed.to ?? (await agentAddress(io.env)), parsed.introduced);
  },
};
