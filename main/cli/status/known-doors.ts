// The doors of the running agent, for what other programs are to be told.

import type { DoorReport } from '../../agent/ports/host.ts';
import { agentAddress } from '../../client/find/agent-address.ts';
import type { CommandIo } from '../parts/command.ts';
import { hasAnswered, lookAtAgent } from './look-at-agent.ts';

/** By name, the addresses of those that are open. */
export const openDoors = (doors: readonly DoorReport[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    doors.flatMap(({ name, status, address }) =>
      status === 'listening' && address !== undefined ? [[name, address]] : [],
    ),
  );

/**
 * By name, the addresses of the doors that are open; none where no Sallyport answers. SECURITY: SSH_AUTH_SOCK may name
 * anybody's agent, which would be told to other programs as ours: doors are told by one alone that has the person's secret.
 */
export async function knownDoors(io: CommandIo): Promise<Readonly<Record<string, string>>> {
  const { SSH_AUTH_SOCK: _, ...withoutIt } = io.env;
  for (const env of [io.env, withoutIt]) {
    const address = await agentAddress(env).catch(() => undefined);
    const agent = address === undefined ? undefined : await lookAtAgent(address, io);
    if (hasAnswered(agent) && agent.doors) return openDoors(agent.doors);
  }
  return {};
}
