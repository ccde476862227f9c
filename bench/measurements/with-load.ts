// A load on an agent, with what it cost the agent.
import type { RunningAgent } from '../agents/contender.ts';
import { processorMs } from '../agents/process-figures.ts';
import { framed, type LoadOrder, type LoadResult } from '../load/load-order.ts';
import type { Means, Measured } from './measured-row.ts';

export interface AgentLoad {
  readonly connections: number;
  /** Without their lengths. */
  readonly messages: readonly Uint8Array[];
  readonly reply: number;
  readonly reconnects?: boolean;
}

export const listLoad = (connections: number): AgentLoad => ({
  connections,
  messages: [Uint8Array.of(11)],
  reply: 12,
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
  };
}

/** Runs a load on the agent; `value` takes from it what the row is about. */
export async function withLoad(
  agent: RunningAgent,
  { load, loadMs }: Means,
  what: AgentLoad,
  value: (result: LoadResult & Cost) => number,
): Promise<Measured> {
  const before = { ms: performance.now(), processorMs: processorMs(agent.pid) };
  const result = await load.run(orderFor(agent, what, loadMs));
  const usedMs = processorMs(agent.pid) - before.processorMs;
  const processorUs = (usedMs * 1000) / result.allReplies;
  return {
    value: value({ ...result, processorUs }),
    loadBusy: result.busy,
    agentBusy: usedMs / (performance.now() - before.ms),
  };
}

export const perSecond = ({ replies, elapsedMs }: LoadResult): number => (replies * 1000) / elapsedMs;
