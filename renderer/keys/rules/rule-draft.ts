// A rule while it is being written, and the rule that it becomes.
import type { RequestInput } from '../../../ipc/contract/contract.ts';
import type { RuleConditionsView } from '../../../ipc/contract/policy.ts';
import type { RuleFacts } from '../../../text/policy-words.ts';
import type { SuggestedRule } from '../store/window-store.ts';

type NewRule = RequestInput<'policy.addRule'>['rule'];
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

export const emptyDraft: RuleDraft = draftOf({ action: 'allow', conditions: {} });

/** A rule that allows is for this computer unless the person says more. */
export function originOf({ action, origin }: RuleDraft): RuleOrigin {
  return origin ?? (action === 'allow' ? 'local' : 'any');
}

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

const strict = ['login', 'sshsig', 'unknown'] as const;

/** What the rule will be about: a test holds this to what the core makes of it. */
export function aboutOf(draft: RuleDraft): RuleFacts {
  const { purpose, ...rule } = ruleOf(draft);
  const ofAction = rule.action === 'allow' ? (['login', 'sshsig'] as const) : strict;
  // Only of logins is it known where they go.
  const whereAny = rule.destination === undefined ? ofAction : (['login'] as const);
  return { ...rule, purposes: purpose === undefined ? whereAny : [purpose], origin: originOf(draft) };
}
