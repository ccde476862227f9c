// The person's rules and levels as the window shows them.
import type { PolicyView, RuleView } from '../../../ipc/contract/policy.ts';
import { cut } from '../../../text/foreign-text.ts';
import type { Policy } from '../../agent/consent/policy.ts';
import { coveringRule } from '../../agent/consent/rule-cover.ts';
import { whyUnreadable } from '../../agent/consent/stored-policy.ts';

const maxCondition = 1024;

function ruleView(rule: Policy['rules'][number], index: number, rules: Policy['rules']): RuleView {
  if (rule.action === 'unreadable')
    return { id: rule.id, action: 'unreadable', problem: whyUnreadable(rule.stored) };
  const { id, action, key, program, destination, purpose, user, namespace, origin } = rule;
  const covering = coveringRule(rule, rules.slice(0, index));
  return {
    id,
    action,
    ...(covering && { coveredBy: rules.indexOf(covering) + 1 }),
    ...(key !== undefined && { key }),
    ...(program !== undefined && { program: cut(program, maxCondition) }),
    ...(destination !== undefined && { destination: cut(destination, maxCondition) }),
    ...(purpose !== undefined && { purpose }),
    ...(user !== undefined && { user: cut(user, maxCondition) }),
    ...(namespace !== undefined && { namespace: cut(namespace, maxCondition) }),
    ...(origin !== undefined && { origin }),
  };
}

export function policyView({ rules, levels, defaultLevel }: Policy): PolicyView {
  return { defaultLevel, levels: Object.fromEntries(levels), rules: rules.map(ruleView) };
}
