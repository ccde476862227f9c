// `sallyport agent --background`: starts the process that stays, adds the key files, and returns.
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { AgentClient } from '../client/agent-client.ts';
import { connectToAgent } from '../client/agent-connection.ts';
import { createCryptoOffload } from '../crypto-worker/crypto-offload-pool.ts';
import { passphraseEncodings } from '../passphrases/passphrase-encodings.ts';
import { choosePrompter } from '../terminal/choose-prompter.ts';
import { addKeyFiles } from './add-key-files.ts';
import { type AgentAddress, environmentLines } from './agent-environment.ts';
import type { AgentOptions } from './agent-options.ts';
import { isBackgroundReport, reportToParent } from './background-report.ts';
import { type CommandIo, exitCode } from './command.ts';
import { exitCodeFor, explainError } from './explain-error.ts';
import { runAgent } from './run-agent.ts';

/** The command itself: all parts of the built program lie in one directory. */
const cliPath = fileURLToPath(new URL('./cli.js', import.meta.url));

function childArguments({ socketPath, askpass, noPrompt }: AgentOptions): string[] {
  return [
    ...['agent', '--background-child'],
    ...(socketPath === undefined ? [] : [`--socket=${socketPath}`]),
    ...(askpass === undefined ? [] : [`--askpass=${askpass}`]),
    ...(noPrompt ? ['--no-prompt'] : []),
  ];
}

/** A session of its own and no stream of ours, so that neither the terminal's end nor a `$(…)` waits for it. */
function startChild(options: AgentOptions, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [cliPath, ...childArguments(options)], {
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
      if (!isBackgroundReport(message)) return;
      if (message.kind === 'complaint') complain(message.line);
      else resolve({ socketPath: message.socketPath, pid: message.pid });
    });
  });
}

/** Adds the key files as a client: this process has the terminal, and the one that stays has none. */
async function addAsClient(
  { socketPath }: AgentAddress,
  { askpass, noPrompt, keyFiles, encrypted, constraints }: AgentOptions,
  { env, complain }: CommandIo,
): Promise<boolean> {
  if (keyFiles.length === 0) return true;
  const client = new AgentClient(await connectToAgent(socketPath));
  const offload = createCryptoOffload();
  try {
    const prompter = choosePrompter({ askpass, noPrompt, prefer: 'terminal', env }, complain);
    const { signal } = new AbortController();
    const report = complain;
    return await addKeyFiles(keyFiles, {
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
    await offload.close();
  }
}

/** Starts the agent, prints its address and adds the key files; resolves with the exit code. */
export async function startInBackground(options: AgentOptions, io: CommandIo): Promise<number> {
  const child = startChild(options, io.env);
  const address = await awaitListening(child, io);
  if (typeof address === 'number') return address;
  child.unref();
  await io.print(environmentLines(address));
  return (await addAsClient(address, options, io)) ? exitCode.ok : exitCode.failed;
}

/** The process that stays. Its standard error leads nowhere, so it tells the parent what goes wrong. */
export async function runBackgroundChild(options: AgentOptions, io: CommandIo): Promise<number> {
  const complain = (line: string) => void reportToParent({ kind: 'complaint', line });
  try {
    return await runAgent(options, { ...io, complain }, async (address) => {
      await reportToParent({ kind: 'listening', ...address });
      process.disconnect?.();
    });
  } catch (error: unknown) {
    await reportToParent({ kind: 'complaint', line: explainError(error) });
    return exitCodeFor(error);
  }
}
