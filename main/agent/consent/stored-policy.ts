// The person's rules as they are stored: JSON that may be old, new, or written by hand.
import * as v from 'valibot';
import { insideQuotes } from '../../../text/foreign-text.ts';
import { limits } from '../limits.ts';
import { type AskLevel, emptyPolicy, type Policy } from './policy.ts';
import type { Rule, UnreadableRule } from './rule.ts';
import { fingerprintSchema, keyHelp, newRuleSchema, whyNoRule } from './rule-schema.ts';

const id = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,36}$/));

const storedRuleSchema = v.looseObject({ id });
export const levelSchema = v.picklist(['never', 'forwarded', 'always']);
/** Strict: "defaultlevel" would be taken for nothing, and its author believe in it. */
const documentSchema = v.strictObject({
  version: v.literal(1),
  defaultLevel: v.optional(v.unknown()),
  levels: v.optional(v.record(v.string(), v.unknown()), {}),
  rules: v.optional(v.array(v.unknown()), []),
});

/** What is written to the file. */
export interface StoredPolicy {
  readonly version: 1;
  readonly defaultLevel: unknown;
  readonly levels: Readonly<Record<string, unknown>>;
  readonly rules: readonly unknown[];
}

const isFingerprint = (key: string) => v.is(fingerprintSchema, key);

function readLevel(stored: unknown): AskLevel | 'unreadable' {
  const level = v.safeParse(levelSchema, stored);
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
  const { defaultLevel = emptyPolicy.defaultLevel, levels, rules } = document.output;
  return {
    // A level of what is no key may be meant for any.
    defaultLevel: Object.keys(levels).every(isFingerprint) ? readLevel(defaultLevel) : 'unreadable',
    levels: new Map(Object.entries(levels).map(([key, level]) => [key, readLevel(level)])),
    rules: rules.map(readRule),
  };
}

/** The stored form. Rules that could not be read stay as they were. */
export function storePolicy(policy: Policy, previous?: unknown): StoredPolicy {
  const before = v.safeParse(documentSchema, previous);
  const keep = (level: AskLevel | 'unreadable', stored: unknown) => (level === 'unreadable' ? stored : level);
  return {
    version: 1,
    defaultLevel: keep(policy.defaultLevel, before.success ? before.output.defaultLevel : null),
    levels: Object.fromEntries(
      [...policy.levels].map(([key, level]) => [
        key,
        keep(level, before.success ? before.output.levels[key] : null),
      ]),
    ),
    rules: policy.rules.map((rule) => (rule.action === 'unreadable' ? rule.stored : rule)),
  };
}

/** What is not understood of a stored policy: the rest of a sentence each, for the person. */
export function describeStoredProblems(stored: unknown): string[] {
  if (stored === undefined) return [];
  const policy = readStoredPolicy(stored);
  if (policy === unreadablePolicy) {
    const { issues } = v.safeParse(documentSchema, stored);
    const [issue] = issues ?? [];
    const where = issue?.path?.map((item) => String(item.key)).join('.');
    if (where !== undefined && issue?.type === 'strict_object' && issue.expected === 'never')
      return [`it has “${insideQuotes(where, 80)}”, which it does not know`];
    if (where === 'version') return ['it was written by a newer version of Sallyport, or has no version'];
    return [
      where ? `“${insideQuotes(where, 80)}” is not as it must be` : 'it does not hold rules, or too many',
    ];
  }
  const problems = policy.rules.flatMap((rule, index) =>
    rule.action === 'unreadable' ? [`rule ${index + 1}: ${whyUnreadable(rule.stored)}`] : [],
  );
  for (const [key, level] of policy.levels)
    if (level === 'unreadable')
      problems.push(`the level of “${insideQuotes(key, 50)}” is never, forwarded or always`);
  const { defaultLevel = 'never', levels = {} } = stored as Partial<StoredPolicy>;
  for (const key of Object.keys(levels).filter((each) => !isFingerprint(each)))
    problems.push(`there is a level of “${insideQuotes(key, 50)}”; ${keyHelp}`);
  if (readLevel(defaultLevel) === 'unreadable') problems.push('“defaultLevel” is never, forwarded or always');
  return problems;
}

/** Why a stored rule is none, as the rest of a sentence for the person. */
export function whyUnreadable(stored: unknown): string {
  const identified = v.safeParse(storedRuleSchema, stored);
  if (!identified.success) return 'it has no “id” of letters, digits and hyphens';
  const { id: _id, ...rule } = identified.output;
  return whyNoRule(rule) ?? 'it is no rule';
}
