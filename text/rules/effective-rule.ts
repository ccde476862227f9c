// What a rule is about where it leaves something out. This decides: the core judges by it, and who shows or writes a rule
// says the same.

export const ruleActions = ['allow', 'ask', 'deny'] as const;
export const rulePurposes = ['login', 'sshsig', 'unknown'] as const;
export const ruleOrigins = ['local', 'forwarded', 'any'] as const;

type Action = (typeof ruleActions)[number];
type Purpose = (typeof rulePurposes)[number];
type Origin = (typeof ruleOrigins)[number];

/** As the person wrote it; what the core takes is checked by its schema. */
interface StatedRule {
  readonly action: Action;
  readonly key?: string;
  readonly program?: string;
  readonly destination?: string;
  readonly user?: string;
  readonly namespace?: string;
  readonly purpose?: Purpose;
  readonly origin?: Origin;
}

/** A rule with nothing left out but what may be any. */
export interface EffectiveRule extends Omit<StatedRule, 'purpose' | 'origin'> {
  readonly purposes: readonly Purpose[];
  readonly origin: Origin;
}

const strict = { purposes: rulePurposes, origin: 'any' } as const;

/** SECURITY: what allows is wide only where it says so; what asks or denies is narrow only where it says so. */
const ruleDefaults: Readonly<
  Record<Action, { readonly purposes: readonly Purpose[]; readonly origin: Origin }>
> = {
  allow: { purposes: ['login', 'sshsig'], origin: 'local' },
  ask: strict,
  deny: strict,
};

/** A user goes with a login, and so does a host: of other signatures nobody knows where they go. */
export function purposesOf({
  action,
  purpose,
  destination,
  user,
  namespace,
}: StatedRule): readonly Purpose[] {
  if (purpose !== undefined) return [purpose];
  if (namespace !== undefined) return ['sshsig'];
  if (user !== undefined || destination !== undefined) return ['login'];
  return ruleDefaults[action].purposes;
}

export function originOf({ action, origin }: Pick<StatedRule, 'action' | 'origin'>): Origin {
  return origin ?? ruleDefaults[action].origin;
}

/** The conditions by which the rule is judged. */
export function effectiveRule(rule: StatedRule): EffectiveRule {
  const { purpose: _stated, ...others } = rule;
  return { ...others, purposes: purposesOf(rule), origin: originOf(rule) };
}
