// The format in which the policy is stored: JSON that may be old, new, or written by hand.
import * as v from 'valibot';
import { insideQuotes } from '../../../../text/foreign-text.ts';
import { askLevelNames } from '../../../../text/rules/policy-words.ts';
import { limits } from '../../limits/limits.ts';
import { type AskLevel, askLevelSchema } from './ask-level.ts';
import { emptyPolicy, type Policy } from './policy.ts';
import type { Rule, UnreadableRule } from './rule.ts';
import { fingerprintSchema, keyHelp, newRuleSchema, whyNoRule } from './rule-schema.ts';

const id = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,36}$/));

const storedRuleSchema = v.looseObject({ id });
/** Strict: "defaultlevel" would be taken for nothing, and its author believe in it. */
const documentSchema = v.strictObject({
  version: v.literal(1),
  defaultLevel: v.optional(v.unknown()),
  unchosen: v.optional(v.literal(true)),
  levels: v.optional(v.record(v.string(), v.unknown()), {}),
  rules: v.optional(v.array(v.unknown()), []),
});

/** What is written to the file. */
export interface StoredPolicy {
  readonly version: 1;
  readonly defaultLevel: unknown;
  /** Of the level for all keys. */
  readonly unchosen?: true;
  readonly levels: Readonly<Record<string, unknown>>;
  readonly rules: readonly unknown[];
}

const isFingerprint = (key: string) => v.is(fingerprintSchema, key);

function readLevel(stored: unknown): AskLevel | 'unreadable' {
  const level = v.safeParse(askLevelSchema, stored);
  return level.success ? level.output : 'unreadable';
}

function readRule(stored: unknown, index: number): Rule | UnreadableRule {
  const identified = v.safeParse(storedRuleSchema, stored);
  const fallbackId = `unread-${index + 1}`;
  if (!identified.success) return { id: fallbackId, action: 'unreadable', stored };
  const { id: ruleId, ...rest } = identified.output;
  const rule = v.safeParse(newRuleSchema, rest);
  return rule.success ? { id: ruleId, ...rule.output } : { id: ruleId, action: 'unreadable', stored };
}

/** A rule that was copied by hand has the id of the other: who removes one of them must not remove both. */
function withOwnIds<R extends { readonly id: string }>(rules: readonly R[]): R[] {
  const taken = new Set<string>();
  return rules.map((rule) => {
    let { id: ownId } = rule;
    for (let n = 2; taken.has(ownId); n++) ownId = `${rule.id.slice(0, 30)}-${n}`;
    taken.add(ownId);
    return { ...rule, id: ownId };
  });
}

/** Everything is asked about: what was stored might have denied it. */
export const unreadablePolicy: Policy = { ...emptyPolicy, defaultLevel: 'unreadable' };

/**
 * Reads a stored policy; `undefined` is that nothing was ever stored. Never throws: what is not understood becomes
 * a question to the person, rule by rule, and the whole policy where not even that can be told.
 */
export function readStoredPolicy(stored: unknown): Policy {
  if (stored === undefined) return emptyPolicy;
  const document = v.safeParse(documentSchema, stored);
  if (!document.success || document.output.rules.length > limits.rules) return unreadablePolicy;
  const { defaultLevel = emptyPolicy.defaultLevel, unchosen, levels, rules } = document.output;
  return {
    // A level of what is no key may be meant for any.
    defaultLevel: Object.keys(levels).every(isFingerprint) ? readLevel(defaultLevel) : 'unreadable',
    ...(unchosen && { isUnchosen: unchosen }),
    levels: new Map(Object.entries(levels).map(([key, level]) => [key, readLevel(level)])),
    rules: withOwnIds(rules.map(readRule)),
  };
}

/** The stored form. Rules that could not be read stay as they were. */
export function storePolicy(policy: Policy, previous?: unknown): StoredPolicy {
  const before = v.safeParse(documentSchema, previous);
  const keep = (level: AskLevel | 'unreadable', stored: unknown) => (level === 'unreadable' ? stored : level);
  return {
    version: 1,
    defaultLevel: keep(policy.defaultLevel, before.success ? before.output.defaultLevel : null),
    ...(policy.isUnchosen && { unchosen: policy.isUnchosen }),
    levels: Object.fromEntries(
      [...policy.levels].map(([key, level]) => [
        key,
        keep(level, before.success ? before.output.levels[key] : null),
      ]),
    ),
    rules: policy.rules.map((rule) => (rule.action === 'unreadable' ? rule.stored : rule)),
  };
}

const wrongList = (name: string) =>
  name === 'rules' ? '“rules” is a list, in square brackets' : `“${name}” is an object, in braces`;

function whyNoDocument(stored: unknown): string {
  const { issues } = v.safeParse(documentSchema, stored);
  if (issues === undefined) return `it has more than ${limits.rules} rules`;
  const [issue] = issues;
  if (issue.path === undefined) return 'it is no object with a “version”';
  const key = String(issue.path[0].key);
  if (key === 'version') return 'it was written by a newer version of Sallyport, or has no version';
  const name = insideQuotes(key, 80);
  return issue.expected === 'never' ? `it has “${name}”, which is no part of it` : wrongList(name);
}

/** What is not understood of a stored policy: the rest of a sentence each, for the person. */
export function describeStoredProblems(stored: unknown): string[] {
  const document = v.safeParse(documentSchema, stored);
  const policy = readStoredPolicy(stored);
  if (!document.success || policy === unreadablePolicy) return [whyNoDocument(stored)];
  const problems = policy.rules.flatMap((rule, index) =>
    rule.action === 'unreadable' ? [`rule ${index + 1}: ${whyUnreadable(rule.stored)}`] : [],
  );
  for (const [key, level] of policy.levels) {
    const name = `the level of “${insideQuotes(key, 50)}”`;
    if (!isFingerprint(key)) problems.push(`${name} is for no key: ${keyHelp}`);
    else if (level === 'unreadable') problems.push(`${name} is ${askLevelNames}`);
  }
  const { defaultLevel } = document.output;
  if (defaultLevel !== undefined && !v.is(askLevelSchema, defaultLevel))
    problems.push(`“defaultLevel” is ${askLevelNames}`);
  return problems;
}

/** Why a stored rule is none, as the rest of a sentence for the person. */
export function whyUnreadable(stored: unknown): string {
  const identified = v.safeParse(storedRuleSchema, stored);
  if (!identified.success) return 'it has no “id” of small letters, digits and hyphens, 36 at the most';
  const { id: _id, ...rule } = identified.output;
  return whyNoRule(rule) ?? 'it is no rule';
}
