// When keys may be used: rules, levels, and the order in which keys are offered.
import * as v from 'valibot';
import { type AskLevel, askLevelSchema } from '../../main/agent/consent/rules/ask-level.ts';
import type { RuleConditions } from '../../main/agent/consent/rules/rule-schema.ts';
import {
  type EffectiveRule,
  ruleActions,
  ruleOrigins,
  rulePurposes,
} from '../../text/rules/effective-rule.ts';
import { bounds } from './bounds.ts';
import type { Fact } from './facts.ts';
import { keyId, nothing, text, wholeNumber } from './fields.ts';
import { fromKeys, typed } from './request.ts';

/** When a key's use is asked about where no rule says otherwise. `unreadable`: not understood, so always. */
export type AskLevelView = AskLevel | 'unreadable';

const ruleAction = v.picklist(ruleActions);
export type RuleAction = v.InferOutput<typeof ruleAction>;

/** Bounded here; whether it makes sense is the core's to say, for the window as for the command line. */
const condition = v.exactOptional(text(bounds.conditionCharacters));
const newRule = v.strictObject({
  action: ruleAction,
  /** `SHA256:…` of the plain key. */
  key: condition,
  program: condition,
  /** `SHA256:…` of the host key, or a name with `*` and `?`. */
  destination: condition,
  purpose: v.exactOptional(v.picklist(rulePurposes)),
  user: condition,
  namespace: condition,
  origin: v.exactOptional(v.picklist(ruleOrigins)),
});

/** What must hold for a rule to be about a request; left out: any. */
export type RuleConditionsView = RuleConditions;

/** A rule as it is judged, nothing left out but what may be any; or a stored one that is not understood. */
export type RuleView =
  | (EffectiveRule & {
      readonly id: string;
      /** The number of a rule before it that decides all that this one is about. */
      readonly coveredBy?: number;
    })
  /** `problem` says why, as the rest of a sentence. */
  | { readonly id: string; readonly action: 'unreadable'; readonly problem: string };

export interface PolicyView {
  /** For keys without a level of their own. */
  readonly defaultLevel: AskLevelView;
  /** By `SHA256:…` of the plain key. */
  readonly levels: Readonly<Record<string, AskLevelView>>;
  /** The first that matches decides. */
  readonly rules: readonly RuleView[];
}

export interface OfferedKeyView {
  readonly fingerprint: string;
  /** Left out when the agent does not hold the key any more. */
  readonly comment?: string;
}

/** A list of keys whose order was not the person's own. */
export interface OfferView {
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  readonly host: Fact;
  /** Those that the host took before, the latest first. */
  readonly usedBefore: readonly OfferedKeyView[];
  /** How many keys followed them. */
  readonly others: number;
  /** Those that were kept back by the limit. */
  readonly keptBack: readonly OfferedKeyView[];
  /** How many more of them there are. */
  readonly moreKeptBack: number;
  /** Those that the rules deny to the host. */
  readonly denied: readonly OfferedKeyView[];
  readonly moreDenied: number;
}

const ruleId = text(bounds.idCharacters);

export const policyRequests = {
  'policy.get': fromKeys(nothing).gives<PolicyView>(),
  /** Fails with a sentence for the person when the core takes no such rule. */
  'policy.addRule': fromKeys(
    v.strictObject({
      rule: newRule,
      /** The rule before which it goes; left out: at the end. */
      before: v.exactOptional(ruleId),
    }),
  ).gives<null>(),
  /** Another rule in the place of that one. Fails as `policy.addRule`. */
  'policy.changeRule': fromKeys(v.strictObject({ id: ruleId, rule: newRule })).gives<null>(),
  'policy.moveRule': fromKeys(
    v.strictObject({ id: ruleId, toIndex: wholeNumber(0, bounds.rules) }),
  ).gives<null>(),
  'policy.removeRule': fromKeys(v.strictObject({ id: ruleId })).gives<null>(),
  /** Undoes a removal: the same rule at its old place. */
  'policy.restoreRule': fromKeys(v.strictObject({ id: ruleId })).gives<null>(),
  /** Without a level: as for all keys. */
  'policy.setLevel': fromKeys(
    v.strictObject({ id: keyId, level: v.exactOptional(askLevelSchema) }),
  ).gives<null>(),
  'policy.setDefaultLevel': fromKeys(v.strictObject({ level: askLevelSchema })).gives<null>(),
  /** The latest first. */
  'offers.list': fromKeys(nothing).gives<readonly OfferView[]>(),
};

export const policyEvents = { 'policy.changed': typed<PolicyView>() };
