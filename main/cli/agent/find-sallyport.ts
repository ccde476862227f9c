// Which process is the Sallyport at an address.
import { readPeerCredentials } from '../../../ipc/posix/sockets/peer-credentials.ts';
import { foreignName } from '../../../text/foreign-text.ts';
import { AgentClient } from '../../client/agent-client.ts';
import { connectToAgent } from '../../client/agent-connection.ts';
import { NoAgentError } from '../../client/agent-errors.ts';
import { CommandError } from '../parts/command.ts';

/** Rejects with CommandError when another program's agent listens at `address`. */
export async function assertSallyport(client: AgentClient, address: string): Promise<void> {
  if (!(await client.isSallyport()))
    throw new CommandError(
      `The agent at ${foreignName(address)} is another program's, so it was left alone.`,
    );
}

export interface FoundSallyport {
  readonly pid: number;
  /** It unlocks each key for one use, as with `--unlock-once`. */
  readonly unlocksOnce: boolean;
  /** There is a way to ask the person. */
  readonly canAsk: boolean;
}

/**
 * The Sallyport that listens at `address`, as the system knows it: SSH_AGENT_PID may be stale, and its number
 * may by now be another process. Rejects with NoAgentError, CommandError.
 * SECURITY: never what only passes on what an agent elsewhere says, such as the login that an agent is forwarded to.
 */
export async function findSallyport(address: string): Promise<FoundSallyport> {
  const connection = await connectToAgent(address);
  const client = new AgentClient(connection);
  try {
    await assertSallyport(client, address);
    const pid = readPeerCredentials(connection.socket)?.pid;
    if (pid === undefined)
      throw new CommandError(
        `The system does not say which process listens at ${foreignName(address)}, so nothing was done.`,
      );
    const told = await client.tellProcess(pid);
    if (told) return { pid, ...told };
    throw new NoAgentError(
      `Process ${pid}, which listens at ${foreignName(address)}, does not say that it is the agent itself. A forwarded agent, one behind a relay, or an agent in a container can’t be stopped from here. Nothing was done. Run “sallyport agent --stop” where it runs, with its own address.`,
    );
  } finally {
    client.close();
  }
}
