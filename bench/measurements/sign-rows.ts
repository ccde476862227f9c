// Signatures of logins: how many, what each costs, and what they leave to others meanwhile.
import { setTimeout as delay } from 'node:timers/promises';
import type { RunningAgent } from '../agents/contender.ts';
import { benchKeys, type KeyKind, type KeySet } from '../keys/bench-keys.ts';
import { signRequest } from '../keys/login-requests.ts';
import type { Requirement } from '../report/row.ts';
import type { Means, Measured, SharedAgentRow } from './measured-row.ts';
import { bareSignatures, bareSignaturesOnAllCores, nodeCrypto } from './node-crypto.ts';
import { type AgentLoad, listLoad, orderFor, perSecond, usualPlacement, withLoad } from './with-load.ts';

/** One of each kind that is measured. */
export const signingKeys: KeySet = {
  Ed25519: 1,
  'P-256': 1,
  'P-384': 1,
  'P-521': 1,
  'RSA-2048': 1,
  'RSA-4096': 1,
};

/** Each with a session of its own, so that no answer is the last one's. */
const distinctRequests = 64;

export async function signLoad(kind: KeyKind, connections: number): Promise<AgentLoad> {
  const key = (await benchKeys(signingKeys)).find((each) => each.kind === kind);
  if (key === undefined) throw new Error(`no ${kind} key`);
  const messages = Array.from({ length: distinctRequests }, (_, n) => signRequest(key, n));
  return { connections, messages, reply: 14, placement: usualPlacement(connections) };
}

const ratio = (atLeast: number): Requirement => ({ kind: 'ratio', atLeast });
const plural = (connections: number) => (connections === 1 ? '1 connection' : `${connections} connections`);

function rate(kind: KeyKind, connections: number, required: Requirement): SharedAgentRow {
  const reference = {
    name: nodeCrypto,
    measure: ({ loadMs }: Means) => bareSignaturesOnAllCores(kind, loadMs),
  };
  return {
    row: { name: `sign, ${kind}, ${plural(connections)}`, unit: 'per second', required },
    keys: signingKeys,
    measure: async (agent, means) => withLoad(agent, means, await signLoad(kind, connections), perSecond),
    ...('reference' in required ? { reference } : {}),
  };
}

/** Load and agent take turns on one core, where nothing but their work counts. */
function rateOnOneCore(kind: KeyKind, required: Requirement): SharedAgentRow {
  return {
    row: { name: `sign, ${kind}, ${plural(1)}, on one core`, unit: 'per second', required },
    keys: signingKeys,
    measure: async (agent, means) =>
      withLoad(agent, means, { ...(await signLoad(kind, 1)), placement: 'together' }, perSecond),
  };
}

function processorTime(kind: KeyKind, connections: number, required: Requirement): SharedAgentRow {
  const reference = {
    name: nodeCrypto,
    measure: async ({ loadMs }: Means) => ({ value: (await bareSignatures(kind, loadMs)).processorUs }),
  };
  return {
    row: { name: `processor time of a signature, ${kind}, ${plural(connections)}`, unit: 'us', required },
    keys: signingKeys,
    measure: async (agent, means) =>
      withLoad(agent, means, await signLoad(kind, connections), ({ processorUs }) => processorUs),
    ...('reference' in required ? { reference } : {}),
  };
}

async function listsMeanwhile(agent: RunningAgent, means: Means): Promise<Measured> {
  const { background, loadMs } = means;
  const signatures = background.run(orderFor(agent, await signLoad('RSA-4096', 8)));
  // It is heard of below, after the lists.
  signatures.catch(() => {});
  // Until all eight run.
  await delay(Math.min(200, loadMs));
  const lists = await withLoad(agent, means, listLoad(1, 'free'), ({ p99Us }) => p99Us / 1000).finally(() =>
    background.stop(),
  );
  await signatures;
  return lists;
}

export const signRows: readonly SharedAgentRow[] = [
  rate('Ed25519', 1, ratio(1)),
  rateOnOneCore('Ed25519', ratio(1)),
  rate('Ed25519', 64, ratio(2)),
  rate('P-256', 1, ratio(1)),
  rateOnOneCore('P-256', ratio(1)),
  rate('P-256', 64, ratio(2)),
  rate('RSA-2048', 8, ratio(1.95)),
  rate('RSA-4096', 8, ratio(2)),
  rate('P-384', 8, { kind: 'share', reference: nodeCrypto, atLeast: 0.95 }),
  rate('P-521', 8, { kind: 'share', reference: nodeCrypto, atLeast: 0.95 }),
  processorTime('Ed25519', 64, { kind: 'value', atMost: 150 }),
  processorTime('RSA-2048', 8, { kind: 'above', reference: nodeCrypto, atMost: 150 }),
  {
    row: {
      name: 'list while eight RSA-4096 signatures run, p99',
      unit: 'ms',
      required: { kind: 'value', atMost: 5 },
    },
    keys: signingKeys,
    measure: listsMeanwhile,
  },
];
