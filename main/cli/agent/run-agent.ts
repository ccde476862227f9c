// The agent itself, in this process: from the open door to the last file removed.
import { AgentClient } from '../../client/agent-client.ts';
import { connectToSession } from '../../client/agent-connection.ts';
import { createDoors } from '../../doors/create-doors.ts';
import type { DoorChoice } from '../../doors/door-list.ts';
import { localPath } from '../../get-started/files/local-path.ts';
import type { PassphraseEncodings } from '../../keys/files/passphrase-encodings.ts';
import { startChildLibraryProcess } from '../../library-process/child-library-process.ts';
import { hardenProcess } from '../../process/harden-process.ts';
import { installLastResort } from '../../process/last-resort.ts';
import { closeDebugger, watchForDebugger } from '../../process/no-debugger.ts';
import { systemPassphraseEncodings } from '../../process/system-passphrase-encodings.ts';
import { type RunningAgent, startAgent } from '../../start-agent.ts';
import { openConsentFiles } from '../../stored/consent-files.ts';
import { openMiddlewareFile } from '../../stored/middleware-file.ts';
import { openTokenLibrariesFile } from '../../stored/token-libraries-file.ts';
import { openUpstreamsFile } from '../../stored/upstreams-file.ts';
import { openWindowsKeysFile } from '../../stored/windows-keys-file.ts';
import { choosePrompter } from '../../terminal/choose-prompter.ts';
import type { Prompter } from '../../terminal/prompter.ts';
import { createPromptingApprover } from '../../terminal/prompting-approver.ts';
import { CommandError, type CommandIo } from '../parts/command.ts';
import { addKeyFiles } from '../parts/key-files/add-key-files.ts';
import { addressForClients, chooseDoors } from './agent-doors.ts';
import { type AgentAddress, environmentFor } from './agent-environment.ts';
import type { AgentOptions } from './agent-options.ts';
import { firstLevelLine } from './first-level-line.ts';
import { writeOpensshConfig } from './openssh-config.ts';
import { Ending } from './process/ending.ts';
import { runCommandOrExplain } from './run-command.ts';

/** Tells the world where the agent listens: before anything else leaves the process. */
export type Announce = (address: AgentAddress) => Promise<void>;

interface Means {
  readonly prompter: Prompter;
  readonly encodings: PassphraseEncodings;
}

/** Adds the key files through a session of our own: the same way as `sallyport add` goes. */
async function addOwnKeyFiles(
  agent: RunningAgent,
  { prompter, encodings }: Means,
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
    await addKeyFiles(keyFiles, {
      client,
      prompter,
      offload: agent.offload,
      passphraseEncodings: encodings,
      encrypted,
      constraints,
      signal,
      // A command's output is left alone but for what went wrong.
      report: command ? () => {} : complain,
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
  const ended = runCommandOrExplain(command, { ...io.env, ...environmentFor(address) }, io);
  // From here on signals go to the command, and its end is ours.
  ending.ignoreSignals();
  return ended;
}

/** ssh-agent(1): SIGUSR1 removes all keys. */
function removeKeysOnSignal({ agent }: RunningAgent): Disposable {
  const removeAll = () => agent.keys.removeAll();
  process.on('SIGUSR1', removeAll);
  return { [Symbol.dispose]: () => process.off('SIGUSR1', removeAll) };
}

async function start(
  choices: readonly DoorChoice[],
  options: AgentOptions,
  { prompter, encodings }: Means,
  io: CommandIo,
  ending: Ending,
): Promise<RunningAgent> {
  // A command has the terminal to itself; only what keeps a prompt from being shown is worth a line there.
  const log = options.command ? () => {} : io.complain;
  const transports = await createDoors(choices, options.legacyClients);
  const canAsk = () => prompter.whyNobody?.() === undefined;
  const consentFiles = await openConsentFiles({
    log,
    lookAt: (path) => localPath(path),
    env: io.env,
    canAsk: canAsk(),
  });
  const firstLevel = firstLevelLine(consentFiles);
  if (firstLevel !== undefined) log(firstLevel);
  return await startAgent({
    approver: createPromptingApprover(prompter, io.complain, {
      kind: options.unlockOnce ? 'once' : 'until-locked',
    }),
    transports,
    log,
    passphraseEncodings: encodings,
    consentFiles,
    upstreamsFile: openUpstreamsFile(log, io.env),
    startLibraryProcess: startChildLibraryProcess(undefined, io.env),
    tokenLibrariesFile: openTokenLibrariesFile(log, io.env),
    middlewareFile: openMiddlewareFile(log, io.env),
    upstreams: options.upstreams,
    windowsKeysFile: openWindowsKeysFile(log, io.env),
    relayProgram: process.execPath,
    unlocksOnce: options.unlockOnce,
    canAsk,
    // Later, so that the answer leaves before the door closes.
    requestStop: () => void setImmediate(() => ending.reach('asked')),
  });
}

async function serve(
  choices: readonly DoorChoice[],
  options: AgentOptions,
  io: CommandIo,
  announce: Announce,
  ending: Ending,
): Promise<number | undefined> {
  const { askpass, noPrompt, opensshConfig } = options;
  const means: Means = {
    prompter: choosePrompter({ askpass, noPrompt, prefer: 'askpass', env: io.env }, io.complain),
    encodings: await systemPassphraseEncodings(),
  };
  const agent = await start(choices, options, means, io, ending);
  let emptyConfig = () => Promise.resolve();
  try {
    const address = { socketPath: addressForClients(agent.doors.views), pid: process.pid };
    if (opensshConfig !== undefined) emptyConfig = await writeConfig(opensshConfig, address);
    await announce(address);
    using _ = removeKeysOnSignal(agent);
    await addOwnKeyFiles(agent, means, options, io, ending.signal);
    return await spendLife(options, io, address, ending);
  } finally {
    await emptyConfig();
    await agent.stop();
  }
}

function writeConfig(path: string, { socketPath }: AgentAddress): Promise<() => Promise<void>> {
  if (socketPath === undefined)
    throw new CommandError('No door is open that OpenSSH could use, so --openssh-config has nothing to say.');
  return writeOpensshConfig(path, socketPath);
}

/**
 * Runs the agent until a signal, its command or a program of the person ends it. Resolves with the exit code, or ends
 * the process by the signal that it was asked to end with. Leaves no file behind. `writeLastWords` resolves when what
 * `io.complain` was told has been written.
 */
export async function runAgent(
  options: AgentOptions,
  io: CommandIo,
  announce: Announce,
  writeLastWords = () => Promise.resolve(),
): Promise<number> {
  await hardenProcess(options);
  const debuggerOpen = closeDebugger();
  if (debuggerOpen !== undefined) throw new CommandError(debuggerOpen);
  using ending = new Ending();
  watchForDebugger((reason) => {
    io.complain(reason);
    ending.reach('internal-error');
  });
  installLastResort(io.complain, {
    inWords: 'the agent ends',
    take: () => ending.reach('internal-error'),
  });
  const { choices, tidyUp } = await chooseDoors(options, io);
  let commandExitCode: number | undefined;
  try {
    commandExitCode = await serve(choices, options, io, announce, ending);
  } finally {
    await tidyUp();
    await writeLastWords();
  }
  return commandExitCode ?? ending.finish();
}
