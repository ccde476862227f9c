// One rule of the person: which uses of keys it is about, and what to do with them.

import { originOf, purposesOf } from '../../../../text/rules/effective-rule.ts';
import { isRelayedName, relayedName } from '../../../../text/rules/relayed-program.ts';
import { comparablePath } from '../../facts/program-path.ts';
import type { Relayed } from '../../facts/relayed-program.ts';
import type { Destination, UseFacts } from '../../facts/request-facts.ts';
import { matchesPattern } from '../../facts/wildcard-pattern.ts';
import type { NewRule } from './rule-schema.ts';

export interface Rule extends NewRule {
  readonly id: string;
}

/** A stored rule that this version does not understand; kept as it stands. */
export interface UnreadableRule {
  readonly id: string;
  readonly action: 'unreadable';
  readonly stored: unknown;
}

/** What rules are matched against; never display text. */
export interface RuleSubject {
  readonly keyFingerprint: string;
  readonly program?: string | undefined;
  /** The program's file is another one than its path names here. */
  readonly isOtherFile?: boolean | undefined;
  /** What stands behind the program, where that is a relay and says so. */
  readonly relayed?: Relayed | undefined;
  /** The account that a server might log in by it, whatever `use` says of the purpose and the user. */
  readonly account?: string | undefined;
  readonly use: UseFacts;
}

/** SECURITY: anybody may claim to be any program; what allows goes by the word of our own relay alone. */
function matchesRelayed(
  name: string,
  action: Rule['action'],
  { relayed, isOtherFile }: RuleSubject,
): boolean {
  if (relayed === undefined || relayedName(relayed) !== name) return false;
  return action !== 'allow' || (relayed.byOwnRelay && !isOtherFile);
}

function matchesProgram(path: string, action: Rule['action'], subject: RuleSubject): boolean {
  if (isRelayedName(path)) return matchesRelayed(path, action, subject);
  const { program, isOtherFile } = subject;
  if (program === undefined || comparablePath(path) !== comparablePath(program)) return false;
  // SECURITY: a container's file of the same path is not the one that the person means; it may only be stricter.
  return !(isOtherFile && action === 'allow');
}

function matchesHost(
  pattern: string,
  fingerprint: string | undefined,
  names: readonly string[] | undefined,
): boolean {
  if (pattern.startsWith('SHA256:')) return pattern === fingerprint;
  const lowerCased = pattern.toLowerCase();
  return (names ?? []).some((name) => matchesPattern(name.toLowerCase(), lowerCased));
}

function matchesDestination(
  pattern: string,
  action: Rule['action'],
  destination: Destination | undefined,
): boolean {
  if (destination === undefined) return false;
  // SECURITY: what was merely observed or announced may make the answer stricter, never looser.
  if (action === 'allow' && destination.trust !== 'verified') return false;
  if (destination.trust !== 'observed') {
    const { fingerprint, name } = destination.host;
    // SECURITY: the name of a key marked as revoked proves nothing, so it can't be what allows.
    if (action === 'allow' && name?.isRevoked) return false;
    return matchesHost(pattern, fingerprint, name?.names);
  }
  return matchesHost(pattern, undefined, [destination.address, ...(destination.name?.names ?? [])]);
}

/** SECURITY: about logins of this account; what a server might take for one may make the answer stricter only. */
function mayMeetLogin(rule: Rule, account: string | undefined): boolean {
  if (rule.action === 'allow' || account === undefined) return false;
  return purposesOf(rule).includes('login') && (rule.user ?? account) === account;
}

function matchesPurpose(rule: Rule, { use: { purpose }, account }: RuleSubject): boolean {
  if (mayMeetLogin(rule, account)) return true;
  const purposes = purposesOf(rule);
  switch (purpose.kind) {
    case 'ssh-login':
      return purposes.includes('login') && (rule.user ?? purpose.user) === purpose.user;
    case 'sshsig':
      return purposes.includes('sshsig') && (rule.namespace ?? purpose.namespace) === purpose.namespace;
    case 'unknown':
      return purposes.includes('unknown');
  }
}

/** SECURITY: where the client's session-bind was refused nobody knows the origin: that is read the stricter way. */
function matchesOrigin(rule: Rule, use: UseFacts): boolean {
  const { action } = rule;
  const isInDoubt = use.problem !== undefined;
  switch (originOf(rule)) {
    case 'any':
      return true;
    case 'local':
      return !use.forwarded && !(isInDoubt && action === 'allow');
    case 'forwarded':
      return use.forwarded || (isInDoubt && action !== 'allow');
  }
}

/**
 * Says whether a rule that is stricter about some host may be about a login from elsewhere, or one in doubt, of which
 * nothing proves where it goes. SECURITY: a machine on the way, which leaves that out or makes it up, must not get round
 * the rule by it, nor from a rule that denies to one that asks.
 */
export function ruleMayMatch(rule: Rule, subject: RuleSubject): boolean {
  const { use, account } = subject;
  const { destination, ...elsewhere } = rule;
  if (rule.action === 'allow' || destination === undefined) return false;
  if (!use.forwarded && use.problem === undefined) return false;
  const isLogin = use.purpose.kind === 'ssh-login' || account !== undefined;
  return isLogin && use.destination?.trust !== 'verified' && ruleMatches(elsewhere, subject);
}

/** Says whether a rule is about this use of a key. */
export function ruleMatches(rule: Rule, subject: RuleSubject): boolean {
  const { keyFingerprint, use } = subject;
  if (rule.key !== undefined && rule.key !== keyFingerprint) return false;
  if (rule.program !== undefined && !matchesProgram(rule.program, rule.action, subject)) return false;
  if (!matchesOrigin(rule, use) || !matchesPurpose(rule, subject)) return false;
  return rule.destination === undefined || matchesDestination(rule.destination, rule.action, use.destination);
}
