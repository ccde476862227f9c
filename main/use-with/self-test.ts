// Tries a door from outside, as a program would: connect, ask for the keys, count them.
import type { SelfTest } from '../../ipc/contract/use-with.ts';
import { AgentClient } from '../client/agent-client.ts';
import { connectToAgent } from '../client/agent-connection.ts';

/** Resolves with what came of asking the agent at `address` for its keys. Never rejects. */
export async function testDoor(title: string, address: string): Promise<SelfTest> {
  try {
    const client = new AgentClient(await connectToAgent(address));
    try {
      const { length } = await client.list();
      const keys = length === 1 ? '1 key' : `${length} keys`;
      return { isWorking: true, message: `${title} answers at ${address} and offers ${keys}.` };
    } finally {
      client.close();
    }
  } catch (error: unknown) {
    const reason = error instanceof Error ? error.message : 'for an unknown reason';
    return { isWorking: false, message: `${title} did not answer: ${reason} “Doors” says more of it.` };
  }
}
