// A client verb's conversation with the agent, closed at its end.

import { AgentClient } from '../../client/agent-client.ts';
import { connectToAgent } from '../../client/agent-connection.ts';
import { agentAddress } from '../../client/find/agent-address.ts';
import type { CommandIo } from './command.ts';

/** Connects to the agent of the environment, runs `talk` and closes the connection. Rejects with NoAgentError. */
export async function withAgent<T>(
  { env }: CommandIo,
  talk: (client: AgentClient) => Promise<T>,
): Promise<T> {
  const client = new AgentClient(await connectToAgent(await agentAddress(env)));
  try {
    return await talk(client);
  } finally {
    client.close();
  }
}
