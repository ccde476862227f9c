// All agents in turn, round by round, so that what happens to the machine meanwhile happens to all of them.
import { addKeys } from '../agents/add-keys.ts';
import { type Contender, type RunningAgent, startAgent } from '../agents/contender.ts';
import { benchKeys } from '../keys/bench-keys.ts';
import type { Sample } from '../report/row.ts';
import type { Means, Measured, MeasuredRow, OwnAgentRow, SharedAgentRow } from './measured-row.ts';

/** A load before anything counts: code gets its final form, caches their content. */
const warmUpMs = 300;

export interface Plan {
  readonly rows: readonly MeasuredRow[];
  readonly contenders: readonly Contender[];
  readonly rounds: number;
  readonly means: Means;
  readonly hasReferences: boolean;
}

interface Turn {
  readonly of: string;
  measure(means: Means): Promise<Measured | undefined>;
}

export class Run {
  readonly samples: Sample[] = [];
  /** Rows that could not be measured with someone, and why. */
  readonly problems: string[] = [];
  readonly #plan: Plan;
  readonly #say: (progress: string) => void;

  /** `say` is told what is done next. */
  constructor(plan: Plan, say: (progress: string) => void) {
    this.#plan = plan;
    this.#say = say;
  }

  async measureAll(): Promise<void> {
    const { rows } = this.#plan;
    const shared = rows.filter((row) => 'keys' in row);
    for (const keys of new Set(shared.map((row) => row.keys)))
      await this.#withAgents(shared.filter((row) => row.keys === keys));
    for (const row of rows) if ('measureOwn' in row) await this.#withOwnAgents(row);
  }

  async #withAgents(rows: readonly SharedAgentRow[]): Promise<void> {
    const agents: RunningAgent[] = [];
    try {
      const keys = await benchKeys(rows[0]?.keys ?? {});
      for (const contender of this.#plan.contenders) {
        const agent = await startAgent(contender);
        agents.push(agent);
        await addKeys(agent, keys);
      }
      for (const row of rows) {
        const turns = agents.map(
          (agent): Turn => ({
            of: agent.contender.name,
            measure: (means) => row.measure(agent, means),
          }),
        );
        await this.#warmUp(row, turns);
        await this.#rounds(row, turns, this.#plan.rounds);
      }
    } finally {
      for (const agent of agents) await agent.stop();
    }
  }

  async #withOwnAgents(row: OwnAgentRow): Promise<void> {
    const turns = this.#plan.contenders.map(
      (contender): Turn => ({
        of: contender.name,
        measure: (means) => row.measureOwn(contender, means),
      }),
    );
    await this.#rounds(row, turns, Math.min(this.#plan.rounds, row.maxRounds ?? Number.POSITIVE_INFINITY));
  }

  async #warmUp({ row }: MeasuredRow, turns: readonly Turn[]): Promise<void> {
    const { means } = this.#plan;
    const brief = { ...means, loadMs: Math.min(warmUpMs, means.loadMs) };
    for (const turn of turns) await this.#tried(row.name, turn, brief);
  }

  async #rounds({ row, reference }: MeasuredRow, agents: readonly Turn[], rounds: number): Promise<void> {
    const { means, hasReferences } = this.#plan;
    const references =
      reference && hasReferences ? [{ of: reference.name, measure: () => reference.measure(means) }] : [];
    const turns: readonly Turn[] = [...agents, ...references];
    for (let round = 0; round < rounds; round++) {
      this.#say(`${row.name}, round ${round + 1} of ${rounds}`);
      const first = round % turns.length;
      for (const turn of [...turns.slice(first), ...turns.slice(0, first)]) {
        const measured = await this.#tried(row.name, turn, means);
        if (measured) this.samples.push({ row: row.name, of: turn.of, ...measured });
      }
    }
  }

  /** One agent that refuses something does not take the others’ numbers away. */
  async #tried(row: string, turn: Turn, means: Means): Promise<Measured | undefined> {
    try {
      return await turn.measure(means);
    } catch (problem: unknown) {
      this.problems.push(
        `${turn.of}, ${row}: ${problem instanceof Error ? problem.message : String(problem)}`,
      );
      return undefined;
    }
  }
}
