// `sallyport agent --stop`: ends the agent that listens at an address.

import { existsSync } from 'node:fs';
import { foreignName } from '../../../text/foreign-text.ts';
import { becomesTrue } from '../../basics/waiting.ts';
import { AgentClient } from '../../client/agent-client.ts';
import { connectToAgent } from '../../client/agent-connection.ts';
import { agentAddress } from '../../client/find/agent-address.ts';
import { CommandError, type CommandIo, exitCode } from '../parts/command.ts';
import { ownSecret } from '../parts/own-secret.ts';
import { unsetLines } from './agent-environment.ts';
import type { AgentOptions } from './agent-options.ts';
import { assertSallyport, findSallyport } from './find-sallyport.ts';

const stopTimeoutMs = 10_000;
const pollMs = 20;

interface StopEnvironment extends NodeJS.ProcessEnv {
  SSH_AGENT_PID?: string | undefined;
}

async function waitUntilGone(address: string, exists: (address: string) => boolean): Promise<void> {
  if (!(await becomesTrue(() => !exists(address), pollMs, stopTimeoutMs)))
    throw new CommandError(`The agent was told to end, but ${foreignName(address)} is still there.`);
}

async function stopBySignal(address: string, io: CommandIo): Promise<void> {
  const { pid } = await findSallyport(address);
  const { SSH_AGENT_PID: told }: StopEnvironment = io.env;
  if (told !== undefined && told !== String(pid))
    io.complain(
      `SSH_AGENT_PID says ${foreignName(told)}, but process ${pid} listens at ${foreignName(address)}: that one is stopped.`,
    );
  process.kill(pid, 'SIGTERM');
  await waitUntilGone(address, existsSync);
}

/** Windows has no signal that a program could tidy up after, so the agent is asked. */
async function stopByRequest(address: string, io: CommandIo): Promise<void> {
  const client = new AgentClient(await connectToAgent(address));
  try {
    await assertSallyport(client, address);
    await client.stopProgram(ownSecret(io));
  } finally {
    client.close();
  }
  const { pipeExists } = await import('../../../ipc/win32/pipes/pipe-holder.ts');
  await waitUntilGone(address, pipeExists);
}

/** Stops the agent of `--socket`, SSH_AUTH_SOCK or the default place. Rejects with NoAgentError, CommandError. */
export async function stopAgent({ socketPath }: AgentOptions, io: CommandIo): Promise<number> {
  const address = socketPath ?? (await agentAddress(io.env));
  await (process.platform === 'win32' ? stopByRequest : stopBySignal)(address, io);
  await io.printAsIs(unsetLines);
  return exitCode.ok;
}
