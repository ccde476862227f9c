// Which rules never count, as one before them decides all that they are about.

import { originOf, purposesOf } from '../../../../text/effective-rule.ts';
import { matchesPattern } from '../../facts/host-certificate.ts';
import { comparablePath, type Rule, type UnreadableRule } from './rule.ts';
import type { RuleConditions } from './rule-schema.ts';

/** What a use can be, as far as rules tell uses apart without their words. */
function meetsPurposes(rule: Rule): readonly string[] {
  const purposes = purposesOf(rule);
  // What a server might take for a login is met by stricter rules alone.
  return rule.action !== 'allow' && purposes.includes('login')
    ? [...purposes, 'taken for a login']
    : purposes;
}

/** As `ruleMatches` reads them: what is in doubt counts as either where a rule is strict, and as neither where it allows. */
function meetsOrigins(rule: Rule): readonly string[] {
  const origin = originOf(rule);
  if (origin === 'any') return ['local', 'forwarded', 'in doubt'];
  return rule.action === 'allow' ? [origin] : [origin, 'in doubt'];
}

function coversHost(earlier: string, later: string): boolean {
  if (earlier.startsWith('SHA256:') || later.startsWith('SHA256:')) return earlier === later;
  const [pattern, text] = [earlier.toLowerCase(), later.toLowerCase()];
  if (!/[*?]/.test(pattern)) return pattern === text;
  // Compared as text a star of the one takes what a star of the other does, but a question mark does not.
  if (pattern.includes('?') && text.includes('*')) return pattern === text;
  return matchesPattern(text, pattern);
}

const includesAll = (all: readonly string[], some: readonly string[]) =>
  some.every((one) => all.includes(one));

type Cover = (earlier: Rule, later: Rule) => boolean;

/** What allows is not about other files of a program's path, nor about hosts that are not proved. */
const isAsWide: Cover = (earlier, later) => earlier.action !== 'allow' || later.action === 'allow';

/**
 * By condition, so that a new one is not forgotten here. What is dear comes last: each of a thousand rules is held
 * against all before it.
 */
const covered: Record<keyof RuleConditions, Cover> = {
  key: ({ key }, later) => key === undefined || key === later.key,
  user: ({ user }, later) => user === undefined || user === later.user,
  namespace: ({ namespace }, later) => namespace === undefined || namespace === later.namespace,
  program: (earlier, later) =>
    earlier.program === undefined ||
    (isAsWide(earlier, later) &&
      later.program !== undefined &&
      comparablePath(earlier.program) === comparablePath(later.program)),
  destination: (earlier, later) =>
    earlier.destination === undefined ||
    (isAsWide(earlier, later) &&
      later.destination !== undefined &&
      coversHost(earlier.destination, later.destination)),
  purpose: (earlier, later) => includesAll(meetsPurposes(earlier), meetsPurposes(later)),
  origin: (earlier, later) => includesAll(meetsOrigins(earlier), meetsOrigins(later)),
};
const covers = Object.values(covered);

/** Says whether `earlier` is about every use that `later` is about. False where that can't be told. */
function isAboutAllOf(earlier: Rule, later: Rule): boolean {
  // Of a host that a machine on the way claims, a rule that denies counts also after one that asks about it.
  if (earlier.destination !== undefined && earlier.action === 'ask' && later.action === 'deny') return false;
  return covers.every((isCovered) => isCovered(earlier, later));
}

/** The first of `before` that decides all that `rule` is about; undefined when there is none, or none that is sure. */
export function coveringRule(
  rule: Rule | UnreadableRule,
  before: readonly (Rule | UnreadableRule)[],
): Rule | undefined {
  if (rule.action === 'unreadable') return undefined;
  return before.find(
    (earlier): earlier is Rule => earlier.action !== 'unreadable' && isAboutAllOf(earlier, rule),
  );
}
