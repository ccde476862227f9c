// Which process is the Sallyport at an address.
import { readPeerCredentials } from '../../ipc/posix/peer-credentials.ts';
import { AgentClient } from '../client/agent-client.ts';
import { connectToAgent } from '../client/agent-connection.ts';
import { CommandError } from './command.ts';

/** Rejects with CommandError when another program's agent listens at `address`. */
export async function assertSallyport(client: AgentClient, address: string): Promise<void> {
  if (!(await client.isSallyport()))
    throw new CommandError(`The agent at ${address} is another program's, so it was left alone.`);
}

/**
 * The process that listens at `address`, as the system knows it: SSH_AGENT_PID may be stale, and its number
 * may by now be another process. Rejects with NoAgentError, CommandError.
 */
export async function findSallyport(address: string): Promise<number> {
  const connection = await connectToAgent(address);
  const client = new AgentClient(connection);
  try {
    await assertSallyport(client, address);
    const pid = readPeerCredentials(connection.socket)?.pid;
    if (pid !== undefined) return pid;
    throw new CommandError(
      `The system does not say which process listens at ${address}, so nothing was done.`,
    );
  } finally {
    client.close();
  }
}
