// The agent itself, in this process: from the open door to the last file removed.

import { disableCoreDumps } from '../../ipc/posix/core-dumps.ts';
import { createUnixSocketTransport } from '../../ipc/transports/unix-socket.ts';
import { AgentClient } from '../client/agent-client.ts';
import { connectToSession } from '../client/agent-connection.ts';
import { openConsentFiles } from '../consent/consent-files.ts';
import { passphraseEncodings } from '../passphrases/passphrase-encodings.ts';
import { type RunningAgent, startAgent } from '../start-agent.ts';
import { choosePrompter } from '../terminal/choose-prompter.ts';
import type { Prompter } from '../terminal/prompter.ts';
import { createPromptingApprover } from '../terminal/prompting-approver.ts';
import { addKeyFiles } from './add-key-files.ts';
import { type AgentAddress, environmentFor } from './agent-environment.ts';
import type { AgentOptions } from './agent-options.ts';
import { CommandError, type CommandIo } from './command.ts';
import { Ending } from './ending.ts';
import { installLastResort } from './last-resort.ts';
import { CommandNotStartedError, runCommand } from './run-command.ts';
import { chooseSocketPlace, type SocketPlace } from './socket-place.ts';

/** Tells the world where the agent listens: before anything else leaves the process. */
export type Announce = (address: AgentAddress) => Promise<void>;

function assertPlatformHasDoor(): void {
  if (process.platform === 'win32')
    throw new CommandError('The agent has no door for Windows yet: it listens on Unix-domain sockets only.');
}

/** Adds the key files through a session of our own: the same way as `sallyport add` goes. */
async function addOwnKeyFiles(
  agent: RunningAgent,
  prompter: Prompter,
  { keyFiles, encrypted, constraints, command }: AgentOptions,
  { complain }: CommandIo,
  signal: AbortSignal,
): Promise<void> {
  const session = agent.openSession({
    transport: 'own key files',
    pid: process.pid,
    mayPrompt: true,
    describe: () => Promise.resolve(undefined),
  });
  const client = new AgentClient(connectToSession(session));
  try {
    const { offload } = agent;
    // A command's output is left alone but for what went wrong.
    const report = command ? () => {} : complain;
    await addKeyFiles(keyFiles, {
      client,
      prompter,
      offload,
      passphraseEncodings: await passphraseEncodings(),
      encrypted,
      constraints,
      signal,
      report,
      complain,
    });
  } finally {
    client.close();
  }
}

/** Runs COMMAND, or waits until the agent is to end. Resolves with the exit code of COMMAND. */
async function spendLife(
  { command }: AgentOptions,
  io: CommandIo,
  address: AgentAddress,
  ending: Ending,
): Promise<number | undefined> {
  if (ending.reason) return undefined;
  if (!command) {
    await ending.reached;
    return undefined;
  }
  // From here on signals go to the command, and its end is ours.
  ending.ignoreSignals();
  try {
    return await runCommand(command, { ...io.env, ...environmentFor(address) });
  } catch (error: unknown) {
    if (!(error instanceof CommandNotStartedError)) throw error;
    io.complain(error.message);
    return error.exitCode;
  }
}

async function serve(
  place: SocketPlace,
  options: AgentOptions,
  io: CommandIo,
  announce: Announce,
  ending: Ending,
): Promise<number | undefined> {
  const { askpass, noPrompt, command } = options;
  const prompter = choosePrompter({ askpass, noPrompt, prefer: 'askpass', env: io.env }, io.complain);
  // A command has the terminal to itself; only what keeps a prompt from being shown is worth a line there.
  const log = command ? () => {} : io.complain;
  const agent = await startAgent({
    approver: createPromptingApprover(prompter, io.complain),
    transports: [createUnixSocketTransport({ path: place.path, privateDirectory: place.privateDirectory })],
    log,
    passphraseEncodings: await passphraseEncodings(),
    consentFiles: openConsentFiles({ log, env: io.env }),
  });
  try {
    const address = { socketPath: place.path, pid: process.pid };
    await announce(address);
    await addOwnKeyFiles(agent, prompter, options, io, ending.signal);
    return await spendLife(options, io, address, ending);
  } finally {
    await agent.stop();
  }
}

/**
 * Runs the agent until a signal or its command ends it. Resolves with the exit code, or ends the process by the
 * signal that it was asked to end with. Leaves no file behind.
 */
export async function runAgent(options: AgentOptions, io: CommandIo, announce: Announce): Promise<number> {
  assertPlatformHasDoor();
  disableCoreDumps();
  using ending = new Ending();
  installLastResort(io.complain, () => ending.reach('internal-error'));
  const place = await chooseSocketPlace(options.socketPath, io.env);
  let commandExitCode: number | undefined;
  try {
    commandExitCode = await serve(place, options, io, announce, ending);
  } finally {
    await place.tidyUp();
  }
  return commandExitCode ?? ending.finish();
}
