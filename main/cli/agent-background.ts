// `sallyport agent --background`: starts the process that stays, adds the key files, and returns.
import { type ChildProcess, spawn } from 'node:child_process';
import { formatDoorList } from '../doors/door-list.ts';
import { addAsClient } from './add-as-client.ts';
import { type AgentAddress, environmentLines, pidLine } from './agent-environment.ts';
import type { AgentOptions } from './agent-options.ts';
import { readBackgroundReport, reportToParent } from './background-report.ts';
import { cliPath } from './cli-path.ts';
import { CommandError, type CommandIo, exitCode } from './command.ts';
import { exitCodeFor, explainError } from './explain-error.ts';
import { runAgent } from './run-agent.ts';

function childArguments(options: AgentOptions): string[] {
  const { socketPath, doors, legacyClients, restrictAcl, opensshConfig, askpass, noPrompt, unlockOnce } =
    options;
  return [
    ...['agent', '--background-child', `--legacy-clients=${legacyClients}`],
    ...(socketPath === undefined ? [] : [`--socket=${socketPath}`]),
    ...(doors === undefined ? [] : [`--doors=${formatDoorList(doors)}`]),
    ...(restrictAcl ? ['--restrict-acl'] : []),
    ...(opensshConfig === undefined ? [] : [`--openssh-config=${opensshConfig}`]),
    ...(askpass === undefined ? [] : [`--askpass=${askpass}`]),
    ...(noPrompt ? ['--no-prompt'] : []),
    ...(unlockOnce ? ['--unlock-once'] : []),
  ];
}

/** Where Node.js knows it (22.14 and later): no handler that would open a debugger before our first line. */
const debugSignalFlag = '--disable-sigusr1';
const nodeFlags = process.allowedNodeEnvironmentFlags.has(debugSignalFlag) ? [debugSignalFlag] : [];

/** A session of its own and no stream of ours, so that neither the terminal's end nor a `$(…)` waits for it. */
function startChild(options: AgentOptions, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [...nodeFlags, cliPath, ...childArguments(options)], {
    detached: true,
    // No file system is kept busy by its working directory.
    cwd: '/',
    env,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    windowsHide: true,
  });
}

/** Resolves with the address when the child listens, or with its exit code when it could not. */
function awaitListening(child: ChildProcess, { complain }: CommandIo): Promise<AgentAddress | number> {
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

/** Starts the agent, prints its address and adds the key files; resolves with the exit code. */
export async function startInBackground(options: AgentOptions, io: CommandIo): Promise<number> {
  const child = startChild(options, io.env);
  const address = await awaitListening(child, io);
  if (typeof address === 'number') return address;
  child.unref();
  await io.printAsIs(`${environmentLines(address)}\n${pidLine(address)}`).catch((error: unknown) => {
    child.kill();
    throw error;
  });
  // As a client: this process has the terminal, and the one that stays has none.
  const { socketPath } = address;
  if (socketPath !== undefined)
    return (await addAsClient(socketPath, options, io)) ? exitCode.ok : exitCode.failed;
  if (options.keyFiles.length === 0) return exitCode.ok;
  throw new CommandError('The agent runs, but no key was added: it has no door that a client could use.');
}

/** The process that stays. Its standard error leads nowhere, so it tells the parent what goes wrong. */
export async function runBackgroundChild(options: AgentOptions, io: CommandIo): Promise<number> {
  const complain = (line: string) => void reportToParent({ kind: 'complaint', line });
  try {
    return await runAgent(options, { ...io, complain }, async (address) => {
      // Who started it was ended meanwhile. An agent that nobody knows of would stay for good.
      if (!(await reportToParent({ kind: 'listening', ...address })))
        throw new CommandError('Nobody was told where the agent listens, so it ends.');
      process.disconnect?.();
    });
  } catch (error: unknown) {
    await reportToParent({ kind: 'complaint', line: explainError(error) });
    return exitCodeFor(error);
  }
}
