// Resident memory of an agent's process.
import { setTimeout as delay } from 'node:timers/promises';
import { addKeys } from '../agents/add-keys.ts';
import { type Contender, type RunningAgent, startAgent } from '../agents/contender.ts';
import { residentMb } from '../agents/process-figures.ts';
import { benchKeys, type KeySet } from '../keys/bench-keys.ts';
import type { Means, OwnAgentRow } from './measured-row.ts';
import { signingKeys, signLoad } from './sign-rows.ts';
import { orderFor } from './with-load.ts';

/** A thousand of all kinds, most of them of those that people make today. */
const mixedKeys: KeySet = {
  Ed25519: 400,
  'P-256': 250,
  'P-384': 75,
  'P-521': 75,
  'RSA-2048': 180,
  'RSA-4096': 20,
};

/** Until what it does after an answer is done. */
const restMs = 1000;

async function resident(
  contender: Contender,
  means: Means,
  use: (agent: RunningAgent) => Promise<unknown>,
): Promise<{ value: number }> {
  const agent = await startAgent(contender);
  try {
    await use(agent);
    await delay(Math.min(restMs, means.loadMs));
    return { value: residentMb(agent.pid) };
  } finally {
    await agent.stop();
  }
}

async function signOften(agent: RunningAgent, { load, signatures }: Means): Promise<void> {
  await addKeys(agent, await benchKeys(signingKeys));
  const order = orderFor(agent, await signLoad('Ed25519', 64));
  await load.run({ ...order, afterReplies: signatures });
}

const row = (name: string, atMost: number) =>
  ({ name, unit: 'MB', required: { kind: 'value', atMost } }) as const;

export const memoryRows: readonly OwnAgentRow[] = [
  {
    row: row('resident, idle', 55),
    maxRounds: 3,
    measureOwn: (contender, means) => resident(contender, means, async () => {}),
  },
  {
    row: row('resident, 1,000 keys of mixed kinds', 80),
    maxRounds: 1,
    measureOwn: (contender, means) =>
      resident(contender, means, async (agent) => addKeys(agent, await benchKeys(mixedKeys))),
  },
  {
    row: row('resident, after many Ed25519 signatures', 100),
    maxRounds: 1,
    measureOwn: (contender, means) => resident(contender, means, (agent) => signOften(agent, means)),
  },
];
