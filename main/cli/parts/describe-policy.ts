// The person's rules and levels as lines of text.

import { foreignName } from '../../../text/foreign-text.ts';
import type { AskLevel, Policy } from '../../agent/consent/policy.ts';
import type { Rule, UnreadableRule } from '../../agent/consent/rule.ts';
import { coveringRule } from '../../agent/consent/rule-cover.ts';
import { readStoredPolicy, type StoredPolicy, whyUnreadable } from '../../agent/consent/stored-policy.ts';

const maxTextCharacters = 200;
const conditionNames = ['key', 'program', 'destination', 'purpose', 'user', 'namespace', 'origin'] as const;

const levels: Record<AskLevel | 'unreadable', string> = {
  never: 'never ask',
  forwarded: 'ask for forwarded requests',
  always: 'always ask',
  unreadable: 'always ask (what is stored can not be understood; the log of the agent says why)',
};

function ruleLine(rule: Rule | UnreadableRule, index: number, rules: Policy['rules']): string {
  const id = foreignName(rule.id, maxTextCharacters);
  if (rule.action === 'unreadable')
    return `${id}: can not be understood, so everything that it may be about is asked: ${whyUnreadable(rule.stored)}`;
  const conditions = conditionNames.flatMap((name) =>
    rule[name] === undefined ? [] : [`${name} ${foreignName(rule[name], maxTextCharacters)}`],
  );
  const covering = coveringRule(rule, rules.slice(0, index));
  const never = covering ? ` (never counts: ${foreignName(covering.id)} before it decides all of this)` : '';
  return `${id}: ${rule.action} ${conditions.length > 0 ? conditions.join(', ') : 'everything'}${never}`;
}

function lines({ rules, levels: keyLevels, defaultLevel }: Policy): string[] {
  return [
    ...rules.map(ruleLine),
    ...[...keyLevels].map(([key, level]) => `key ${foreignName(key, maxTextCharacters)}: ${levels[level]}`),
    `all ${keyLevels.size > 0 ? 'other ' : ''}keys: ${levels[defaultLevel]}`,
  ];
}

/** One line a rule, in their order, then when to ask where no rule matches. */
export function describePolicy(stored: StoredPolicy): string[] {
  return lines(readStoredPolicy(stored));
}
