// The doors of the running agent, for what other programs are to be told.

import { AgentClient } from '../../client/agent-client.ts';
import { connectToAgent } from '../../client/agent-connection.ts';
import { agentAddress } from '../../client/find/agent-address.ts';
import type { CommandIo } from './command.ts';
import { ownSecret } from './own-secret.ts';

async function doorsAt(
  env: NodeJS.ProcessEnv,
  secret: Uint8Array,
): Promise<Readonly<Record<string, string>>> {
  const client = new AgentClient(await connectToAgent(await agentAddress(env)));
  try {
    const doors = await client.doors(secret);
    return Object.fromEntries(
      doors.flatMap(({ name, status, address }) =>
        status === 'listening' && address !== undefined ? [[name, address]] : [],
      ),
    );
  } finally {
    client.close();
  }
}

/**
 * By name, the addresses of the doors that are open; none where no Sallyport answers. SECURITY: SSH_AUTH_SOCK may name
 * anybody's agent, which would be told to other programs as ours: only one that answers as the person's Sallyport counts.
 */
export async function knownDoors(io: CommandIo): Promise<Readonly<Record<string, string>>> {
  const { SSH_AUTH_SOCK: _, ...withoutIt } = io.env;
  try {
    const secret = ownSecret(io);
    return await doorsAt(io.env, secret).catch(() => doorsAt(withoutIt, secret));
  } catch {
    return {};
  }
}
