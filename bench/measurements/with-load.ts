// A load on an agent, with what it cost the agent.
import type { RunningAgent } from '../agents/contender.ts';
import { allCores, coresFor, type Placement, placeProcess } from '../agents/placement.ts';
import { processorMs } from '../agents/process-figures.ts';
import { framed, type LoadOrder, type LoadResult } from '../load/load-order.ts';
import type { Means, Measured } from './measured-row.ts';

export interface AgentLoad {
  readonly connections: number;
  /** Without their lengths. */
  readonly messages: readonly Uint8Array[];
  readonly reply: number;
  readonly reconnects?: boolean;
  readonly placement: Placement;
}

/** One client that asks and waits has a place; where several work at once, the kernel shares the cores among all. */
export const usualPlacement = (connections: number): Placement => (connections === 1 ? 'apart' : 'free');

export const listLoad = (connections: number, placement = usualPlacement(connections)): AgentLoad => ({
  connections,
  messages: [Uint8Array.of(11)],
  reply: 12,
  placement,
});

interface Cost {
  /** Microseconds of the agent's processor time for each reply. */
  readonly processorUs: number;
}

/** Without a time it goes on until it is stopped. */
export function orderFor(agent: RunningAgent, load: AgentLoad, afterMs?: number): LoadOrder {
  return {
    socketPath: agent.socketPath,
    connections: load.connections,
    messages: load.messages.map(framed),
    reply: load.reply,
    reconnects: load.reconnects ?? false,
    afterMs,
    afterReplies: undefined,
    cores: coresFor(load.placement, allCores).load,
  };
}

/** Runs a load on the agent; `value` takes from it what the row is about. */
export async function withLoad(
  agent: RunningAgent,
  { load, loadMs }: Means,
  what: AgentLoad,
  value: (result: LoadResult & Cost) => number,
): Promise<Measured> {
  placeProcess(agent.pid, coresFor(what.placement, allCores).agent);
  const before = { ms: performance.now(), processorMs: processorMs(agent.pid) };
  const result = await load
    .run(orderFor(agent, what, loadMs))
    .finally(() => placeProcess(agent.pid, allCores));
  const usedMs = processorMs(agent.pid) - before.processorMs;
  const processorUs = (usedMs * 1000) / result.allReplies;
  return {
    value: value({ ...result, processorUs }),
    loadBusy: result.busy,
    agentBusy: usedMs / (performance.now() - before.ms),
  };
}

export const perSecond = ({ replies, elapsedMs }: LoadResult): number => (replies * 1000) / elapsedMs;
