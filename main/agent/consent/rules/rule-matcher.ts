// Which rules are about a use of a key. A list holds a thousand of them against a thousand keys: what follows from a rule
// alone is worked out once for all uses, and what follows from a use alone once for all rules.

import { originOf, purposesOf } from '../../../../text/rules/effective-rule.ts';
import { isRelayedName, relayedName } from '../../../../text/rules/relayed-program.ts';
import { comparablePath } from '../../facts/program-path.ts';
import type { Destination, UseFacts } from '../../facts/request-facts.ts';
import { patternMatcher } from '../../facts/wildcard-pattern.ts';
import type { Rule, RuleSubject } from './rule.ts';

/** A use as conditions look at it. */
interface SeenUse {
  readonly subject: RuleSubject;
  /** Comparable. */
  readonly program: string | undefined;
  /** As rules name it, where it is one behind a relay. */
  readonly relayed: string | undefined;
  /** Of the destination, in lower case. */
  readonly hostNames: readonly string[];
}

type Condition = (use: SeenUse) => boolean;

/** SECURITY: anybody may claim to be any program; what allows goes by the word of our own relay alone. */
function relayedCondition(name: string, action: Rule['action']): Condition {
  return ({ relayed, subject }) =>
    relayed === name &&
    (action !== 'allow' || (subject.relayed?.byOwnRelay === true && !subject.isOtherFile));
}

function programCondition(path: string, action: Rule['action']): Condition {
  if (isRelayedName(path)) return relayedCondition(path, action);
  const comparable = comparablePath(path);
  // SECURITY: a container's file of the same path is not the one that the person means; it may only be stricter.
  return ({ program, subject: { isOtherFile } }) =>
    program === comparable && !(isOtherFile && action === 'allow');
}

function hostCondition(pattern: string): Condition {
  if (pattern.startsWith('SHA256:'))
    return ({ subject: { use } }) => {
      const { destination } = use;
      return destination?.trust !== 'observed' && destination?.host.fingerprint === pattern;
    };
  const matches = patternMatcher(pattern.toLowerCase());
  return ({ hostNames }) => hostNames.some(matches);
}

function destinationCondition(pattern: string, action: Rule['action']): Condition {
  const isHost = hostCondition(pattern);
  return (use) => {
    const { destination } = use.subject.use;
    if (destination === undefined) return false;
    // SECURITY: what was merely observed or announced may make the answer stricter, never looser.
    if (action === 'allow' && destination.trust !== 'verified') return false;
    // SECURITY: the name of a key marked as revoked proves nothing, so it can't be what allows.
    if (action === 'allow' && destination.trust === 'verified' && destination.host.name?.isRevoked)
      return false;
    return isHost(use);
  };
}

function namesOf(destination: Destination | undefined): readonly string[] {
  if (destination === undefined) return [];
  const names =
    destination.trust === 'observed'
      ? [destination.address, ...(destination.name?.names ?? [])]
      : (destination.host.name?.names ?? []);
  return names.map((name) => name.toLowerCase());
}

/** SECURITY: about logins of this account; what a server might take for one may make the answer stricter only. */
function mayMeetLogin({ action, user, purposes }: ReadyRule, account: string | undefined): boolean {
  if (action === 'allow' || account === undefined) return false;
  return purposes.includes('login') && (user ?? account) === account;
}

function matchesPurpose(rule: ReadyRule, { use: { purpose }, account }: RuleSubject): boolean {
  if (mayMeetLogin(rule, account)) return true;
  const { purposes } = rule;
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
function matchesOrigin({ action, origin }: ReadyRule, use: UseFacts): boolean {
  const isInDoubt = use.problem !== undefined;
  switch (origin) {
    case 'any':
      return true;
    case 'local':
      return !use.forwarded && !(isInDoubt && action === 'allow');
    case 'forwarded':
      return use.forwarded || (isInDoubt && action !== 'allow');
  }
}

/** A rule taken apart. */
class ReadyRule {
  readonly action: Rule['action'];
  readonly key: string | undefined;
  readonly user: string | undefined;
  readonly namespace: string | undefined;
  readonly purposes: ReturnType<typeof purposesOf>;
  readonly origin: ReturnType<typeof originOf>;
  readonly isProgram: Condition | undefined;
  readonly isDestination: Condition | undefined;
  readonly #rule: Rule;
  #anywhere: ReadyRule | undefined;
  #forAnyLogin: ReadyRule | undefined;

  constructor(rule: Rule) {
    const { action, key, user, namespace, program, destination } = rule;
    this.action = action;
    this.key = key;
    this.user = user;
    this.namespace = namespace;
    this.purposes = purposesOf(rule);
    this.origin = originOf(rule);
    this.isProgram = program === undefined ? undefined : programCondition(program, action);
    this.isDestination = destination === undefined ? undefined : destinationCondition(destination, action);
    this.#rule = rule;
  }

  /** The rule without its host. */
  get anywhere(): ReadyRule {
    if (this.#anywhere) return this.#anywhere;
    const { destination: _, ...anywhere } = this.#rule;
    this.#anywhere = new ReadyRule(anywhere);
    return this.#anywhere;
  }

  /** Without its key and its user. */
  get forAnyLogin(): ReadyRule {
    if (this.#forAnyLogin) return this.#forAnyLogin;
    const { key: _, user: __, ...forAnyLogin } = this.#rule;
    this.#forAnyLogin = new ReadyRule(forAnyLogin);
    return this.#forAnyLogin;
  }
}

const readyRules = new WeakMap<Rule, ReadyRule>();

function ready(rule: Rule): ReadyRule {
  const known = readyRules.get(rule);
  if (known) return known;
  const made = new ReadyRule(rule);
  readyRules.set(rule, made);
  return made;
}

function isAbout(rule: ReadyRule, use: SeenUse): boolean {
  const { subject } = use;
  if (rule.key !== undefined && rule.key !== subject.keyFingerprint) return false;
  if (rule.isProgram?.(use) === false) return false;
  if (!matchesOrigin(rule, subject.use) || !matchesPurpose(rule, subject)) return false;
  return rule.isDestination?.(use) ?? true;
}

/** One use of a key, held against rules. */
export class RuleMatcher {
  readonly #use: SeenUse;

  constructor(subject: RuleSubject) {
    const { program, relayed, use } = subject;
    this.#use = {
      subject,
      program: program === undefined ? undefined : comparablePath(program),
      relayed: relayed && relayedName(relayed),
      hostNames: namesOf(use.destination),
    };
  }

  /** Says whether the rule is about this use. */
  matches(rule: Rule): boolean {
    return isAbout(ready(rule), this.#use);
  }

  /**
   * Says whether a rule that is stricter about some host may be about a login from elsewhere, or one in doubt, of which
   * nothing proves where it goes. SECURITY: a machine on the way, which leaves that out or makes it up, must not get round
   * the rule by it, nor from a rule that denies to one that asks.
   */
  mayMatch(rule: Rule): boolean {
    const { use, account } = this.#use.subject;
    if (rule.action === 'allow' || rule.destination === undefined) return false;
    if (!use.forwarded && use.problem === undefined) return false;
    const isLogin = use.purpose.kind === 'ssh-login' || account !== undefined;
    return isLogin && use.destination?.trust !== 'verified' && isAbout(ready(rule).anywhere, this.#use);
  }

  /** Says whether the rule is about this use of some key, as some user. */
  matchesForAnyLogin(rule: Rule): boolean {
    return isAbout(ready(rule).forAnyLogin, this.#use);
  }
}
