// The person's rules as they are stored: JSON that may be old, new, or written by hand.
import * as v from 'valibot';
import { limits } from '../limits.ts';
import { type AskLevel, emptyPolicy, type Policy } from './policy.ts';
import type { Rule, UnreadableRule } from './rule.ts';

const text = v.pipe(v.string(), v.minLength(1), v.maxLength(1024));
export const fingerprintSchema = v.pipe(v.string(), v.regex(/^SHA256:[A-Za-z0-9+/]{43}$/));

/** Strict: a condition that is not known here would otherwise be dropped, and the rule would match more than it says. */
const ruleConditionsSchema = v.strictObject({
  key: v.exactOptional(fingerprintSchema),
  program: v.exactOptional(text),
  destination: v.exactOptional(
    v.pipe(
      text,
      v.check(
        (value) => !value.startsWith('SHA256:') || v.is(fingerprintSchema, value),
        'malformed fingerprint',
      ),
    ),
  ),
  purpose: v.exactOptional(v.picklist(['login', 'sshsig', 'unknown'])),
  user: v.exactOptional(text),
  namespace: v.exactOptional(text),
  origin: v.exactOptional(v.picklist(['local', 'forwarded', 'any'])),
});

const id = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,36}$/));

export const newRuleSchema = v.pipe(
  v.strictObject({ action: v.picklist(['allow', 'ask', 'deny']), ...ruleConditionsSchema.entries }),
  v.check(
    ({ purpose, user, namespace }) =>
      (user === undefined || (purpose ?? 'login') === 'login') &&
      (namespace === undefined || (purpose ?? 'sshsig') === 'sshsig') &&
      (user === undefined || namespace === undefined),
    'a user goes with a login, a namespace with an SSHSIG signature',
  ),
);

const storedRuleSchema = v.looseObject({ id });
export const levelSchema = v.picklist(['never', 'forwarded', 'always']);
const documentSchema = v.object({
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
  const { defaultLevel, levels, rules } = document.output;
  return {
    defaultLevel: defaultLevel === undefined ? emptyPolicy.defaultLevel : readLevel(defaultLevel),
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
