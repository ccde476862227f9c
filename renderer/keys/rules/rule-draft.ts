// A rule while it is being written, and the rule that it becomes.
import type { RequestInput } from '../../../ipc/contract/contract.ts';
import type { RuleConditionsView } from '../../../ipc/contract/policy.ts';
import { type EffectiveRule, effectiveRule } from '../../../text/rules/effective-rule.ts';
import type { SuggestedRule } from '../store/window-store.ts';

export type NewRule = RequestInput<'policy.addRule'>['rule'];
export type RuleOrigin = NonNullable<RuleConditionsView['origin']>;

export interface RuleDraft {
  readonly action: NewRule['action'];
  /** These five: empty is any. */
  readonly key: string;
  readonly program: string;
  readonly destination: string;
  readonly user: string;
  readonly namespace: string;
  readonly purpose: 'any' | NonNullable<RuleConditionsView['purpose']>;
  /** Undefined until chosen: what goes with the action. */
  readonly origin: RuleOrigin | undefined;
}

export function draftOf({ action, conditions }: SuggestedRule): RuleDraft {
  const { key = '', program = '', destination = '', user = '', namespace = '' } = conditions;
  const { purpose = 'any', origin } = conditions;
  return { action, key, program, destination, user, namespace, purpose, origin };
}

/** Of a rule that is there: what it becomes again unchanged is judged alike. */
export function draftOfRule({ action, purposes, ...conditions }: EffectiveRule): RuleDraft {
  const [only] = purposes;
  return draftOf({
    action,
    conditions: { ...conditions, ...(purposes.length === 1 && only !== undefined && { purpose: only }) },
  });
}

export const emptyDraft: RuleDraft = draftOf({ action: 'allow', conditions: {} });

/** Of the draft, or what goes with its action. */
export const originOf = ({ action, origin }: RuleDraft): RuleOrigin =>
  effectiveRule({ action, ...(origin && { origin }) }).origin;

/** Spaces at the ends come with what is pasted. Spaces alone stay, and are refused: they were not left empty for “any”. */
const withoutEnds = (text: string) => text.trim() || text;

/** Only what is shown counts: the user goes with a login, the namespace with an SSH signature. */
export function ruleOf(draft: RuleDraft): NewRule {
  const { action, key, purpose } = draft;
  const program = withoutEnds(draft.program);
  const destination = withoutEnds(draft.destination);
  const user = withoutEnds(draft.user);
  const namespace = withoutEnds(draft.namespace);
  return {
    action,
    ...(key !== '' && { key }),
    ...(program !== '' && { program }),
    ...(destination !== '' && { destination }),
    ...(purpose !== 'any' && { purpose }),
    ...(purpose === 'login' && user !== '' && { user }),
    ...(purpose === 'sshsig' && namespace !== '' && { namespace }),
    origin: originOf(draft),
  };
}

/** What the rule will be about. */
export const aboutOf = (draft: RuleDraft): EffectiveRule => effectiveRule(ruleOf(draft));
