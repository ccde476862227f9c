// What a row of the table is, and what is asked of it.

export type Unit = 'us' | 'ms' | 'per second' | 'MB';

/** What a value is held against. References are no agents: they show what the machine can do at best. */
export type Requirement =
  /** Against OpenSSH's agent; above 1 is better for us. */
  | { readonly kind: 'ratio'; readonly atLeast: number }
  /** So many times the reference. */
  | { readonly kind: 'times'; readonly reference: string; readonly atMost: number }
  /** Such a part of the reference. */
  | { readonly kind: 'share'; readonly reference: string; readonly atLeast: number }
  /** So much more than the reference, in the row's unit. */
  | { readonly kind: 'above'; readonly reference: string; readonly atMost: number }
  /** In the row's unit. */
  | { readonly kind: 'value'; readonly atMost: number };

export interface Row {
  readonly name: string;
  readonly unit: Unit;
  readonly required: Requirement;
}

/** One value of one agent or reference in one round. */
export interface Sample {
  readonly row: string;
  readonly of: string;
  readonly value: number;
  /** Where it was got by a load: how much of the time the load itself was busy, 0 to 1. */
  readonly loadBusy?: number;
  /** The agent's processor time in that time; above 1 where several threads work. */
  readonly agentBusy?: number;
}

export const isHigherBetter = ({ unit }: Row): boolean => unit === 'per second';
