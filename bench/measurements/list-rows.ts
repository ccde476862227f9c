// Lists: of few and many keys, alone, together, on new connections, and while the agent has much else to do.
import type { KeySet } from '../keys/bench-keys.ts';
import type { Requirement, Unit } from '../report/row.ts';
import type { SharedAgentRow } from './measured-row.ts';
import { type AgentLoad, listLoad, perSecond, withLoad } from './with-load.ts';

const sets = {
  '1 key': { Ed25519: 1 },
  '100 keys': { Ed25519: 100 },
  '1,000 keys': { Ed25519: 1000 },
} as const satisfies Readonly<Record<string, KeySet>>;

export const oneKey: KeySet = sets['1 key'];
const eachAnew: AgentLoad = { ...listLoad(1), reconnects: true };

const ratio = (atLeast: number): Requirement => ({ kind: 'ratio', atLeast });

function row(name: string, unit: Unit, required: Requirement, keys: KeySet, load: AgentLoad): SharedAgentRow {
  return {
    row: { name, unit, required },
    keys,
    measure: (agent, means) =>
      withLoad(agent, means, load, (result) => (unit === 'us' ? result.p50Us : perSecond(result))),
  };
}

const alone = (keys: keyof typeof sets, atLeast: number) =>
  row(`list, ${keys}, p50`, 'us', ratio(atLeast), sets[keys], listLoad(1));
const onOneCore = (name: string, required: Requirement, load: AgentLoad) =>
  row(`${name}, on one core`, 'us', required, oneKey, { ...load, placement: 'together' });
const together = (keys: keyof typeof sets, atLeast: number) =>
  row(`list, ${keys}, 64 connections`, 'per second', ratio(atLeast), sets[keys], listLoad(64));

export const listRows: readonly SharedAgentRow[] = [
  alone('1 key', 0.9),
  onOneCore('list, 1 key, p50', ratio(0.9), listLoad(1)),
  together('1 key', 0.8),
  alone('100 keys', 3),
  together('100 keys', 5),
  alone('1,000 keys', 10),
  row('connect, list, close, p50', 'us', ratio(0.7), oneKey, eachAnew),
  onOneCore('connect, list, close, p50', ratio(0.7), eachAnew),
];
