// The rules as the person is told of them: what each is about, and why one counts for nothing.
import { type EffectiveRule, effectiveRule } from '../../../../text/effective-rule.ts';
import type { Policy } from './policy.ts';
import { coveringRule } from './rule-cover.ts';
import { whyUnreadable } from './stored-policy.ts';

export type ExplainedRule =
  | (EffectiveRule & {
      readonly id: string;
      /** A rule before it that decides all that this one is about. */
      readonly coveredBy?: { readonly id: string; readonly number: number };
    })
  /** `problem` is the rest of a sentence. */
  | { readonly id: string; readonly action: 'unreadable'; readonly problem: string };

/** In their order; a rule's number is its place, from 1. */
export function explainRules(rules: Policy['rules']): readonly ExplainedRule[] {
  return rules.map((rule, index) => {
    const { id } = rule;
    if (rule.action === 'unreadable') return { id, action: rule.action, problem: whyUnreadable(rule.stored) };
    const covering = coveringRule(rule, rules.slice(0, index));
    const coveredBy = covering && { id: covering.id, number: rules.indexOf(covering) + 1 };
    return { id, ...effectiveRule(rule), ...(coveredBy && { coveredBy }) };
  });
}
