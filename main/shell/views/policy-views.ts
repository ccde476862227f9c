// The person's rules and levels as the window shows them.
import type { PolicyView, RuleView } from '../../../ipc/contract/policy.ts';
import { type ExplainedRule, explainRules } from '../../agent/consent/rules/explained-rules.ts';
import type { Policy } from '../../agent/consent/rules/policy.ts';

function ruleView(rule: ExplainedRule): RuleView {
  if (rule.action === 'unreadable') return rule;
  const { coveredBy, ...effective } = rule;
  return { ...effective, ...(coveredBy && { coveredBy: coveredBy.number }) };
}

export function policyView({ rules, levels, defaultLevel }: Policy): PolicyView {
  return { defaultLevel, levels: Object.fromEntries(levels), rules: explainRules(rules).map(ruleView) };
}
