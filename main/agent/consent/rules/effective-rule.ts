// What a rule is about where it leaves something out: said once, for judging it and for showing it.
import type { NewRule } from './rule-schema.ts';

type Action = NewRule['action'];
type Purpose = NonNullable<NewRule['purpose']>;
type Origin = NonNullable<NewRule['origin']>;

/** A rule with nothing left out but what may be any. */
export interface EffectiveRule extends Omit<NewRule, 'purpose' | 'origin'> {
  readonly purposes: readonly Purpose[];
  readonly origin: Origin;
}

const strict = { purposes: ['login', 'sshsig', 'unknown'], origin: 'any' } as const;

/** SECURITY: what allows is wide only where it says so; what asks or denies is narrow only where it says so. */
const ruleDefaults: Readonly<Record<Action, Pick<EffectiveRule, 'purposes' | 'origin'>>> = {
  allow: { purposes: ['login', 'sshsig'], origin: 'local' },
  ask: strict,
  deny: strict,
};

/** A user goes with a login, and so does a host: of other signatures nobody knows where they go. */
export function purposesOf({ action, purpose, destination, user, namespace }: NewRule): readonly Purpose[] {
  if (purpose !== undefined) return [purpose];
  if (namespace !== undefined) return ['sshsig'];
  if (user !== undefined || destination !== undefined) return ['login'];
  return ruleDefaults[action].purposes;
}

export function originOf({ action, origin }: NewRule): Origin {
  return origin ?? ruleDefaults[action].origin;
}

/** The conditions by which the rule is judged. */
export function effectiveRule(rule: NewRule): EffectiveRule {
  const { purpose: _stated, ...others } = rule;
  return { ...others, purposes: purposesOf(rule), origin: originOf(rule) };
}
