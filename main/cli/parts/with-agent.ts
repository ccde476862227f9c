// A client verb's conversation with the agent, closed at its end.

import { AgentClient } from '../../client/agent-client.ts';
import { type AgentConnection, connectToAgent } from '../../client/agent-connection.ts';
import { agentAddress } from '../../client/find/agent-address.ts';
import { connectWaiting } from '../../client/waiting-connection.ts';
import type { CommandIo } from './command.ts';

/** Connects to the agent of the environment, runs `talk` and closes the connection. Rejects with NoAgentError. */
export async function withAgent<T>(
  { env }: CommandIo,
  talk: (client: AgentClient) => Promise<T>,
): Promise<T> {
  return talkOver(await connectToAgent(await agentAddress(env)), talk);
}

/** The same for requests that no person is asked about: nothing else can happen in this process before they are answered. */
export async function withAnsweringAgent<T>(
  { env }: CommandIo,
  talk: (client: AgentClient) => Promise<T>,
): Promise<T> {
  const address = await agentAddress(env);
  return talkOver(connectWaiting(address) ?? (await connectToAgent(address)), talk);
}

async function talkOver<T>(
  connection: AgentConnection,
  talk: (client: AgentClient) => Promise<T>,
): Promise<T> {
  const client = new AgentClient(connection);
  try {
    return await talk(client);
  } finally {
    client.close();
  }
}
