// Which rules never count, as one before them decides all that they are about.
import { matchesPattern } from '../facts/host-certificate.ts';
import { comparablePath, type Rule, type UnreadableRule } from './rule.ts';

/** What a use can be, as far as rules tell uses apart without their words. */
function purposesOf({ action, purpose, destination, user, namespace }: Rule): readonly string[] {
  // What a server might take for a login is met by stricter rules alone.
  const takenForLogin = action === 'allow' ? [] : ['taken for a login'];
  if (destination !== undefined || user !== undefined || purpose === 'login')
    return ['login', ...takenForLogin];
  if (namespace !== undefined) return ['sshsig'];
  if (purpose !== undefined) return [purpose];
  return action === 'allow' ? ['login', 'sshsig'] : ['login', 'sshsig', 'unknown', ...takenForLogin];
}

/** As `ruleMatches` reads them: what is in doubt counts as either where a rule is strict, and as neither where it allows. */
function originsOf({ action, origin = action === 'allow' ? 'local' : 'any' }: Rule): readonly string[] {
  const inDoubt = action === 'allow' ? [] : ['in doubt'];
  if (origin === 'any') return ['local', 'forwarded', 'in doubt'];
  return [origin, ...inDoubt];
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

/**
 * Says whether `earlier` is about every use that `later` is about. False where that can't be told.
 */
function covers(earlier: Rule, later: Rule): boolean {
  // What allows is not about other files of a program's path, nor about hosts that are not proved.
  const isAsWide = earlier.action !== 'allow' || later.action === 'allow';
  const { key, program, destination, user, namespace } = earlier;
  // Of a host that a machine on the way claims, a rule that denies counts also after one that asks about it.
  if (destination !== undefined && earlier.action === 'ask' && later.action === 'deny') return false;
  // What is dear comes last: each of a thousand rules is held against all before it.
  return (
    (key === undefined || key === later.key) &&
    (user === undefined || user === later.user) &&
    (namespace === undefined || namespace === later.namespace) &&
    (program === undefined ||
      (isAsWide &&
        later.program !== undefined &&
        comparablePath(program) === comparablePath(later.program))) &&
    (destination === undefined ||
      (isAsWide && later.destination !== undefined && coversHost(destination, later.destination))) &&
    includesAll(purposesOf(earlier), purposesOf(later)) &&
    includesAll(originsOf(earlier), originsOf(later))
  );
}

/** The first of `before` that decides all that `rule` is about; undefined when there is none, or none that is sure. */
export function coveringRule(
  rule: Rule | UnreadableRule,
  before: readonly (Rule | UnreadableRule)[],
): Rule | undefined {
  if (rule.action === 'unreadable') return undefined;
  return before.find((earlier): earlier is Rule => earlier.action !== 'unreadable' && covers(earlier, rule));
}
