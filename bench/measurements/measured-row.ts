// How a row of the table is measured.
import type { Contender, RunningAgent } from '../agents/contender.ts';
import type { Space } from '../agents/space.ts';
import type { KeySet } from '../keys/bench-keys.ts';
import type { Load } from '../load/load.ts';
import type { Row, Sample } from '../report/row.ts';

export interface Means {
  readonly load: Load;
  /** A second one, for what goes on meanwhile. */
  readonly background: Load;
  /** For programs that belong to no agent. */
  readonly space: Space;
  readonly loadMs: number;
  readonly signatures: number;
}

export type Measured = Pick<Sample, 'value' | 'loadBusy' | 'agentBusy'>;

/** What the machine can do at best, measured beside the agents in each round. */
export interface Reference {
  readonly name: string;
  measure(means: Means): Promise<Measured>;
}

interface AnyRow {
  readonly row: Row;
  readonly reference?: Reference;
}

/** With an agent that has these keys, which it shares with all rows of the same set. */
export interface SharedAgentRow extends AnyRow {
  readonly keys: KeySet;
  /** Undefined where the agent has no such thing. */
  measure(agent: RunningAgent, means: Means): Promise<Measured | undefined>;
}

/** With agents of its own. */
export interface OwnAgentRow extends AnyRow {
  /** Measured so often at the most: memory varies little, and takes long. */
  readonly maxRounds?: number;
  measureOwn(contender: Contender, means: Means): Promise<Measured>;
}

export type MeasuredRow = SharedAgentRow | OwnAgentRow;
