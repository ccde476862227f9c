// Which rules never count, as one before them decides all that they are about.

import { originOf, purposesOf } from '../../../../text/rules/effective-rule.ts';
import { comparablePath } from '../../facts/program-path.ts';
import { patternMatcher } from '../../facts/wildcard-pattern.ts';
import type { Rule, UnreadableRule } from './rule.ts';
import type { RuleConditions } from './rule-schema.ts';

/** What a use can be, as far as rules tell uses apart without their words. */
function meetsPurposes(rule: Rule): readonly string[] {
  const purposes = purposesOf(rule);
  // What a server might take for a login is met by stricter rules alone.
  return rule.action !== 'allow' && purposes.includes('login')
    ? [...purposes, 'taken for a login']
    : purposes;
}

/** As `RuleMatcher` reads them: what is in doubt counts as either where a rule is strict, and as neither where it allows. */
function meetsOrigins(rule: Rule): readonly string[] {
  const origin = originOf(rule);
  if (origin === 'any') return ['local', 'forwarded', 'in doubt'];
  return rule.action === 'allow' ? [origin] : [origin, 'in doubt'];
}

interface Host {
  /** As it is for a fingerprint, else in lower case. */
  readonly text: string;
  readonly hasStar: boolean;
  readonly isFingerprint: boolean;
  readonly covers: (later: Host) => boolean;
}

function hostOf(destination: string): Host {
  const isFingerprint = destination.startsWith('SHA256:');
  const text = isFingerprint ? destination : destination.toLowerCase();
  const [hasStar, hasQuestionMark] = [text.includes('*'), text.includes('?')];
  const isSame = (later: Host) => later.text === text;
  const host = { text, hasStar, isFingerprint };
  if (isFingerprint || !(hasStar || hasQuestionMark)) return { ...host, covers: isSame };
  const matches = patternMatcher(text);
  return {
    ...host,
    covers(later) {
      if (later.isFingerprint) return false;
      // Compared as text a star of the one takes what a star of the other does, but a question mark does not.
      return hasQuestionMark && later.hasStar ? isSame(later) : matches(later.text);
    },
  };
}

/** A rule as it is compared: worked out once, as each of a thousand rules is held against all before it. */
interface Comparable {
  readonly rule: Rule;
  readonly isAllow: boolean;
  readonly program: string | undefined;
  readonly host: Host | undefined;
  readonly purposes: readonly string[];
  readonly origins: readonly string[];
}

function comparable(rule: Rule): Comparable {
  const { action, program, destination } = rule;
  return {
    rule,
    isAllow: action === 'allow',
    program: program === undefined ? undefined : comparablePath(program),
    host: destination === undefined ? undefined : hostOf(destination),
    purposes: meetsPurposes(rule),
    origins: meetsOrigins(rule),
  };
}

const includesAll = (all: readonly string[], some: readonly string[]) =>
  some.every((one) => all.includes(one));

type Cover = (earlier: Comparable, later: Comparable) => boolean;

/** What allows is not about other files of a program's path, nor about hosts that are not proved. */
const isAsWide: Cover = (earlier, later) => !earlier.isAllow || later.isAllow;

/** By condition, so that a new one is not forgotten here. What is dear comes last. */
const covered: Record<keyof RuleConditions, Cover> = {
  key: ({ rule: { key } }, later) => key === undefined || key === later.rule.key,
  user: ({ rule: { user } }, later) => user === undefined || user === later.rule.user,
  namespace: ({ rule: { namespace } }, later) =>
    namespace === undefined || namespace === later.rule.namespace,
  program: (earlier, later) =>
    earlier.program === undefined || (isAsWide(earlier, later) && earlier.program === later.program),
  destination: (earlier, later) =>
    earlier.host === undefined ||
    (isAsWide(earlier, later) && later.host !== undefined && earlier.host.covers(later.host)),
  purpose: (earlier, later) => includesAll(earlier.purposes, later.purposes),
  origin: (earlier, later) => includesAll(earlier.origins, later.origins),
};
const covers = Object.values(covered);

/** Says whether `earlier` is about every use that `later` is about. False where that can't be told. */
function isAboutAllOf(earlier: Comparable, later: Comparable): boolean {
  // Of a host that a machine on the way claims, a rule that denies counts also after one that asks about it.
  if (earlier.host !== undefined && earlier.rule.action === 'ask' && later.rule.action === 'deny')
    return false;
  return covers.every((isCovered) => isCovered(earlier, later));
}

/**
 * For each rule the first before it that decides all that it is about; undefined when there is none, or none that is
 * sure.
 */
export function coveringRules(rules: readonly (Rule | UnreadableRule)[]): readonly (Rule | undefined)[] {
  const before: Comparable[] = [];
  return rules.map((rule) => {
    if (rule.action === 'unreadable') return undefined;
    const later = comparable(rule);
    const covering = before.find((earlier) => isAboutAllOf(earlier, later));
    before.push(later);
    return covering?.rule;
  });
}

/** The same for one rule that comes after all of `before`. */
export function coveringRule(
  rule: Rule | UnreadableRule,
  before: readonly (Rule | UnreadableRule)[],
): Rule | undefined {
  if (rule.action === 'unreadable') return undefined;
  const later = comparable(rule);
  return before.find(
    (earlier): earlier is Rule => earlier.action !== 'unreadable' && isAboutAllOf(comparable(earlier), later),
  );
}
