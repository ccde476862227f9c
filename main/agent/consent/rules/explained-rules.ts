// The rules as the person is told of them: what each is about, and why one counts for nothing.
import { type EffectiveRule, effectiveRule } from '../../../../text/rules/effective-rule.ts';
import type { Policy } from './policy.ts';
import { whyUnreadable } from './policy-format.ts';
import { coveringRules } from './rule-cover.ts';

export type ExplainedRule =
  | (EffectiveRule & {
      readonly id: string;
      /** A rule before it that decides all that this one is about. */
      readonly coveredBy?: { readonly id: string; readonly number: number };
    })
  /** `problem` is the rest of a sentence. */
  | { readonly id: string; readonly action: 'unreadable'; readonly problem: string };

function explain(rules: Policy['rules']): readonly ExplainedRule[] {
  const covering = coveringRules(rules);
  return rules.map((rule, index) => {
    const { id } = rule;
    if (rule.action === 'unreadable') return { id, action: rule.action, problem: whyUnreadable(rule.stored) };
    const earlier = covering[index];
    const coveredBy = earlier && { id: earlier.id, number: rules.indexOf(earlier) + 1 };
    return { id, ...effectiveRule(rule), ...(coveredBy && { coveredBy }) };
  });
}

/** A policy's rules are never changed in place. */
const explained = new WeakMap<Policy['rules'], readonly ExplainedRule[]>();

/** In their order; a rule's number is its place, from 1. The same rules are explained once, as each is held against all. */
export function explainRules(rules: Policy['rules']): readonly ExplainedRule[] {
  const known = explained.get(rules) ?? explain(rules);
  explained.set(rules, known);
  return known;
}
