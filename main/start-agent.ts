// Composition root of every entry: the core, the way to the person and the doors become one running agent.
import type { Transport } from '../ipc/transports/transport.ts';
import type { OpenSession } from './agent/agent.ts';
import type { Approver } from './agent/approver.ts';
import { createAgent } from './agent/create-agent.ts';
import { createCryptoOffload } from './crypto-worker/crypto-offload-pool.ts';
import type { CryptoOffload } from './keys/crypto-offload.ts';

export interface StartAgentOptions {
  readonly approver: Approver;
  /** The doors; at least one. */
  readonly transports: readonly Transport[];
  /** Takes one line without secrets. */
  readonly log: (line: string) => void;
}

export interface RunningAgent {
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
export async function startAgent({ approver, transports, log }: StartAgentOptions): Promise<RunningAgent> {
  const offload = createCryptoOffload();
  const agent = createAgent({ approver, offload, log });
  const stop = async () => {
    // First the prompts, so that no request waits for a person while its door closes.
    agent.stop();
    await Promise.all(transports.map((transport) => transport.stop()));
    await offload.close();
  };
  const started = await Promise.allSettled(transports.map((transport) => transport.start(agent.openSession)));
  const failures = started.filter((result) => result.status === 'rejected');
  if (failures.length < transports.length) return { openSession: agent.openSession, offload, stop };
  await stop();
  throw failures[0]?.reason ?? new Error('an agent without doors');
}
