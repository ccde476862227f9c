// Composition root of every entry: the core, the way to the person and the doors become one running agent.
import type { Transport } from '../ipc/transports/transport.ts';
import type { OpenSession } from './agent/agent.ts';
import { type Agent, type AgentOptions, createAgent } from './agent/create-agent.ts';
import type { ConsentFiles } from './consent/consent-files.ts';
import { createCryptoOffload } from './crypto-worker/crypto-offload-pool.ts';
import type { CryptoOffload } from './keys/crypto-offload.ts';

export interface StartAgentOptions extends Omit<AgentOptions, 'offload'> {
  /** The doors to open; at least one unless `mayHaveNoDoor`. */
  readonly transports: readonly Transport[];
  /** Keeps rules and activity over restarts; left out: both are in memory only. */
  readonly consentFiles?: ConsentFiles;
  /** The agent is of use without any open door, since there is a window to open one from. */
  readonly mayHaveNoDoor?: boolean;
}

export interface RunningAgent {
  /** For who shows the agent to the person. */
  readonly agent: Agent;
  /** A way in that needs no door. */
  readonly openSession: OpenSession;
  /** The agent's own workers, for what its composer has to compute. */
  readonly offload: CryptoOffload;
  /** Closes prompts and doors, and forgets all keys. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts the agent and resolves when a client can come in. A door that fails to open degrades alone; when none
 * opens, nothing is left behind and the first door's TransportError is thrown.
 */
export async function startAgent(options: StartAgentOptions): Promise<RunningAgent> {
  const { transports, mayHaveNoDoor = false, consentFiles, ...agentOptions } = options;
  const offload = createCryptoOffload();
  const agent = createAgent({ ...consentFiles?.agentOptions, ...agentOptions, offload });
  const stop = async () => {
    // First the prompts, so that no request waits for a person while its door closes.
    agent.stop();
    await Promise.all(transports.map((transport) => transport.stop()));
    await offload.close();
    await agent.consent.activitySettled();
    await consentFiles?.flush();
  };
  const started = await Promise.allSettled(transports.map((transport) => transport.start(agent.openSession)));
  const failures = started.filter((result) => result.status === 'rejected');
  if (mayHaveNoDoor || failures.length < transports.length)
    return { agent, openSession: agent.openSession, offload, stop };
  await stop();
  throw failures[0]?.reason ?? new Error('an agent without doors');
}
