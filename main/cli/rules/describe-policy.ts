// The person's rules and levels as lines of text.

import { foreignName, insideQuotes } from '../../../text/foreign-text.ts';
import {
  askLevelWords,
  neverCountsSentence,
  type RulePiece,
  ruleSentence,
  unreadableSentence,
} from '../../../text/rules/policy-words.ts';
import { type ExplainedRule, explainRules } from '../../agent/consent/rules/explained-rules.ts';
import { readStoredPolicy, type StoredPolicy } from '../../agent/consent/rules/policy-format.ts';

const maxTextCharacters = 200;

function shown(piece: RulePiece): string {
  if (typeof piece === 'string') return piece;
  return piece.of === 'key'
    ? foreignName(piece.text, maxTextCharacters)
    : `“${insideQuotes(piece.text, maxTextCharacters)}”`;
}

function ruleLine(rule: ExplainedRule): string {
  const id = foreignName(rule.id, maxTextCharacters);
  if (rule.action === 'unreadable') return `${id}: ${unreadableSentence(rule.problem)}`;
  const sentence = ruleSentence(rule).map(shown).join('');
  const never = rule.coveredBy ? ` ${neverCountsSentence(foreignName(rule.coveredBy.id))}` : '';
  return `${id}: ${sentence}${never}`;
}

/** One line a rule, in their order, then when to ask where no rule matches. */
export function describePolicy(stored: StoredPolicy): string[] {
  const { rules, levels, defaultLevel } = readStoredPolicy(stored);
  const levelLine = (keys: string, level: keyof typeof askLevelWords) =>
    `Ask before use of ${keys}: ${askLevelWords[level].toLowerCase()}`;
  const others = levelLine(`all ${levels.size > 0 ? 'other ' : ''}keys`, defaultLevel);
  return [
    ...explainRules(rules).map(ruleLine),
    ...[...levels].map(([key, level]) => levelLine(`the key ${foreignName(key, maxTextCharacters)}`, level)),
    defaultLevel === 'unreadable' ? `${others} (the log of the agent says why)` : others,
  ];
}
