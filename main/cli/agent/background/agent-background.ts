// `sallyport agent --background`: starts the process that stays, adds the key files, and returns.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { defaultSocketPath } from '../../../client/find/agent-address.ts';
import { formatDoorList } from '../../../doors/door-list.ts';
import { openLog } from '../../../process/log.ts';
import { cliPath } from '../../../programs/cli-path.ts';
import { personDir, personHome } from '../../../stored/person-dir.ts';
import { CommandError, type CommandIo, exitCode } from '../../parts/command.ts';
import { exitCodeFor, explainError, isBrokenPipe } from '../../parts/explain-error.ts';
import { addAsClient } from '../add-as-client.ts';
import { type AgentAddress, environmentLines, pidLine } from '../agent-environment.ts';
import type { AgentOptions } from '../agent-options.ts';
import { type FoundSallyport, findSallyport } from '../find-sallyport.ts';
import { runAgent } from '../run-agent.ts';
import { readBackgroundReport, reportToParent } from './background-report.ts';

function childArguments(options: AgentOptions): string[] {
  const {
    socketPath,
    doors,
    legacyClients,
    restrictAcl,
    opensshConfig,
    askpass,
    noPrompt,
    unlockOnce,
    upstreams,
  } = options;
  return [
    ...['agent', '--background-child', `--legacy-clients=${legacyClients}`],
    ...(socketPath === undefined ? [] : [`--socket=${socketPath}`]),
    ...(doors === undefined ? [] : [`--doors=${formatDoorList(doors)}`]),
    ...(restrictAcl ? ['--restrict-acl'] : []),
    ...(opensshConfig === undefined ? [] : [`--openssh-config=${opensshConfig}`]),
    ...(askpass === undefined ? [] : [`--askpass=${askpass}`]),
    ...(noPrompt ? ['--no-prompt'] : []),
    ...(unlockOnce ? ['--unlock-once'] : []),
    ...upstreams.map((address) => `--upstream=${address}`),
  ];
}

/** Where Node.js knows it (22.14 and later): no handler that would open a debugger before our first line. */
const debugSignalFlag = '--disable-sigusr1';
// Asked when it is needed: Node.js makes the set of all its flags then, which takes half a millisecond.
const nodeFlags = () => (process.allowedNodeEnvironmentFlags.has(debugSignalFlag) ? [debugSignalFlag] : []);

/** A session of its own and no stream of ours, so that neither the terminal's end nor a `$(…)` waits for it. */
function startChild(options: AgentOptions, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [...nodeFlags(), cliPath, ...childArguments(options)], {
    detached: true,
    // No file system is kept busy by its working directory.
    cwd: '/',
    env,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    windowsHide: true,
  });
}

/** Resolves with the address when the child listens, or with its exit code when it could not. */
function awaitListening(
  child: ChildProcess,
  complain: (line: string) => void,
): Promise<AgentAddress | number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      const end = () => resolve(code || exitCode.failed);
      // Its last words may still be on the way.
      if (child.connected) child.once('disconnect', end);
      else end();
    });
    child.on('message', (message) => {
      const report = readBackgroundReport(message);
      if (report?.kind === 'complaint') complain(report.line);
      else if (report) resolve({ socketPath: report.socketPath, pid: report.pid });
    });
  });
}

type RunningAgent = AgentAddress & FoundSallyport;

/** The Sallyport that has the place already, as in the shell's second terminal; undefined when there is none. */
async function findRunning(
  { doors, socketPath: requested }: AgentOptions,
  env: NodeJS.ProcessEnv,
): Promise<RunningAgent | undefined> {
  const socketPath = requested ?? defaultSocketPath(env);
  if (process.platform === 'win32' || doors || socketPath === undefined) return undefined;
  try {
    return { socketPath, ...(await findSallyport(socketPath)) };
  } catch {
    // Whatever is there instead, an agent that wants the place says best what is wrong with it.
    return undefined;
  }
}

/** What was given and changes nothing about an agent that runs. */
function withoutEffect({ askpass, noPrompt, unlockOnce, upstreams, opensshConfig }: AgentOptions): string[] {
  return [
    ...(askpass === undefined ? [] : ['--askpass']),
    ...(noPrompt ? ['--no-prompt'] : []),
    ...(unlockOnce ? ['--unlock-once'] : []),
    ...(upstreams.length > 0 ? ['--upstream'] : []),
    ...(opensshConfig === undefined ? [] : ['--openssh-config']),
  ];
}

/** Prints the address, and adds the key files to the agent there; resolves with the exit code. */
async function hand(address: AgentAddress, options: AgentOptions, io: CommandIo): Promise<number> {
  await io.printAsIs(`${environmentLines(address)}\n${pidLine(address)}`);
  // As a client: this process has the terminal, and the one that stays has none.
  const { socketPath } = address;
  if (socketPath !== undefined)
    return (await addAsClient(socketPath, options, io)) ? exitCode.ok : exitCode.failed;
  if (options.keyFiles.length === 0) return exitCode.ok;
  throw new CommandError('The agent runs, but no key was added: it has no door that a client could use.');
}

async function takeRunning(address: RunningAgent, given: AgentOptions, io: CommandIo): Promise<number> {
  // What holds in that agent anyway is not asked for.
  const options = { ...given, unlockOnce: given.unlockOnce && !address.unlocksOnce };
  const { unlockOnce, keyFiles } = options;
  if (unlockOnce && keyFiles.length > 0) {
    // SECURITY: in that agent the key might stay in clear after its first use. The shell has its agent all the same.
    await hand(address, { ...options, keyFiles: [] }, io);
    io.complain(
      `The agent runs already (process ${address.pid}), and --unlock-once holds from an agent’s start for all its keys, so no key was added. Stop the agent first with “sallyport agent --stop”, or add the key without --unlock-once.`,
    );
    return exitCode.usage;
  }
  const ignored = withoutEffect(options);
  if (ignored.length > 0)
    io.complain(
      `The agent runs already (process ${address.pid}), so ${ignored.join(' and ')} changes nothing. Stop it first: sallyport agent --stop`,
    );
  return hand(address, options, io);
}

/**
 * Starts the agent, or finds the one that has the place already; prints its address and adds the key files. Resolves
 * with the exit code.
 */
export async function startInBackground(options: AgentOptions, io: CommandIo): Promise<number> {
  const before = await findRunning(options, io.env);
  if (before) return takeRunning(before, options, io);
  const child = startChild(options, io.env);
  const complaints: string[] = [];
  const address = await awaitListening(child, (line) => complaints.push(line));
  // Several terminals may open at once; all but one then find the place taken.
  const other = typeof address === 'number' ? await findRunning(options, io.env) : undefined;
  if (other) return takeRunning(other, options, io);
  for (const line of complaints) io.complain(line);
  if (typeof address === 'number') return address;
  child.unref();
  return hand(address, options, io).catch((error: unknown) => {
    if (isBrokenPipe(error)) child.kill();
    throw error;
  });
}

/** The log of an agent in the background. */
const logPath = (env: NodeJS.ProcessEnv) => join(personDir(process.platform, env, personHome()), 'agent.log');

/** The process that stays. Its standard error leads nowhere, so the parent and a log file are told what goes wrong. */
export async function runBackgroundChild(options: AgentOptions, io: CommandIo): Promise<number> {
  const log = openLog(logPath(io.env));
  const complain = (line: string) => {
    log.line(line);
    void reportToParent({ kind: 'complaint', line });
  };
  try {
    return await runAgent(options, { ...io, complain }, announceToParent, () => log.flush());
  } catch (error: unknown) {
    const line = explainError(error);
    log.line(line);
    await Promise.all([log.flush(), reportToParent({ kind: 'complaint', line })]);
    return exitCodeFor(error);
  }
}

async function announceToParent(address: AgentAddress): Promise<void> {
  // Who started it was ended meanwhile. An agent that nobody knows of would stay for good.
  if (!(await reportToParent({ kind: 'listening', ...address })))
    throw new CommandError('Nobody was told where the agent listens, so it ends.');
  process.disconnect?.();
}
