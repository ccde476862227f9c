// The decision on one use of a key: a pure function of facts and of what the person laid down.
import { type AskLevel, type LevelsBeside, stricterLevel } from './ask-level.ts';
import type { Rule, RuleSubject, UnreadableRule } from './rule.ts';
import { RuleMatcher } from './rule-matcher.ts';

export interface Policy {
  /** The first that matches decides. */
  readonly rules: readonly (Rule | UnreadableRule)[];
  /** By `SHA256:…` of the plain key. `unreadable`: what is stored is not understood. */
  readonly levels: ReadonlyMap<string, AskLevel | 'unreadable'>;
  /** For keys without a level of their own. */
  readonly defaultLevel: AskLevel | 'unreadable';
  /** The level for all keys is that of an installation's beginning, which the person has not chosen. */
  readonly isUnchosen?: true;
  /** What keys.toml asks for. SECURITY: that file may be shared, so that it makes nothing laxer. */
  readonly beside?: LevelsBeside;
}

export const emptyPolicy: Policy = { rules: [], levels: new Map(), defaultLevel: 'never' };

export interface PolicyRequest extends RuleSubject {
  /** The client that added the key wants each use confirmed (`ssh-add -c`). */
  readonly confirmConstraint: boolean;
  /** The person wants to be asked before each use of this key. */
  readonly askEachUse: boolean;
}

/**
 * How strict a question is: 0 asked for what is new, 1 for requests from elsewhere, 2 by the person's own wish, 3 by a
 * client's constraint. An answer given earlier never answers a stricter question than its own.
 */
export type Strictness = 0 | 1 | 2 | 3;

export type Decision =
  | { readonly decision: 'allow'; readonly reason: string; readonly ruleId?: string }
  | { readonly decision: 'deny'; readonly reason: string; readonly ruleId: string }
  | {
      readonly decision: 'ask';
      readonly reason: string;
      readonly ruleId?: string;
      readonly strictness: Strictness;
      /** False when the very facts are in doubt, so that nothing can be said of the next request. */
      readonly mayRemember: boolean;
      /** A "yes" is meant for all the like until the agent is locked, unless the person says otherwise. */
      readonly isUntilLocked?: true;
    };

type Ask = Extract<Decision, { decision: 'ask' }>;

function ask(reason: string, strictness: Strictness, more: Partial<Ask> = {}): Ask {
  return { decision: 'ask', reason, strictness, mayRemember: true, ...more };
}

interface RuleVerdict {
  readonly rule?: Rule;
  /** The first before it that might have matched: it could not be read, or goes by a host that is not proved. */
  readonly doubtful?: Rule | UnreadableRule;
}

function firstMatch(rules: Policy['rules'], request: PolicyRequest): RuleVerdict {
  let doubtful: Rule | UnreadableRule | undefined;
  const use = new RuleMatcher(request);
  for (const rule of rules) {
    const isDoubtful = rule.action === 'unreadable' || use.mayMatch(rule);
    if (rule.action !== 'unreadable' && (rule.action === 'deny' || !isDoubtful) && use.matches(rule))
      return { rule, ...(doubtful && { doubtful }) };
    if (isDoubtful) doubtful ??= rule;
  }
  return doubtful ? { doubtful } : {};
}

function askAboutDoubtful({ id, action }: Rule | UnreadableRule): Ask {
  const why =
    action === 'unreadable'
      ? `Your rule ${id} can not be understood, so you are asked.`
      : `Your rule ${id} may be about this login: nothing proves which host it goes to.`;
  return ask(why, 2, { ruleId: id });
}

/** Contradictions are asked about whatever the rules say: the facts that rules go by are in doubt. */
function askAboutContradiction({ use }: PolicyRequest): Ask | undefined {
  switch (use.problem) {
    case 'other-session':
    case 'other-host':
      break;
    // The others leave the origin in doubt, and the levels and rules read it so.
    default:
      return undefined;
  }
  // What does not fit is said beside this (text/prompt-words.ts).
  return ask('What the program said about its SSH session does not fit this login.', 3, {
    mayRemember: false,
  });
}

/** SECURITY: at every level but `never`, as no level is laxer than one before it. */
function askAboutElsewhere({ use }: PolicyRequest): Ask | undefined {
  if (use.forwarded) return ask('You want to be asked when this key is used from elsewhere.', 1);
  if (use.problem)
    return ask('You want to be asked when this key is used from elsewhere, and this use may be.', 1);
  return undefined;
}

/** Answers that were given before are not known here. */
function askAboutNew({ use: { purpose, destination } }: PolicyRequest): Ask {
  // SECURITY: a host of which nothing is known may be a new one each time.
  if (purpose.kind !== 'sshsig' && destination === undefined)
    return ask('You want to be asked when something is new, and nothing tells whether this is.', 0);
  return ask('You want to be asked when something is new, and you have not allowed this yet.', 0, {
    isUntilLocked: true,
  });
}

function decideByLevel(policy: Policy, request: PolicyRequest): Decision {
  if (request.askEachUse) return ask('You want to be asked before each use of this key.', 2);
  if (policy.beside === 'unreadable')
    return ask('What keys.toml says about when to ask can not be understood.', 2);
  const own = policy.levels.get(request.keyFingerprint) ?? policy.defaultLevel;
  const beside = policy.beside?.get(request.keyFingerprint);
  switch (own === 'unreadable' || beside === undefined ? own : stricterLevel(own, beside)) {
    case 'never':
      return { decision: 'allow', reason: 'This key may be used without asking.' };
    case 'always':
      return ask('You want to be asked before each use of this key.', 2);
    case 'forwarded':
      return (
        askAboutElsewhere(request) ?? {
          decision: 'allow',
          reason: 'This key may be used from this machine without asking.',
        }
      );
    case 'new':
      return askAboutElsewhere(request) ?? askAboutNew(request);
    case 'unreadable':
      return ask('What is stored about when to ask for this key can not be understood.', 2);
  }
}

/** Decides on one use. Never throws; what is not understood is asked about. */
export function decide(policy: Policy, request: PolicyRequest): Decision {
  const { rule, doubtful } = firstMatch(policy.rules, request);
  if (rule?.action === 'deny')
    return { decision: 'deny', reason: `Your rule ${rule.id} denies this.`, ruleId: rule.id };
  const contradiction = askAboutContradiction(request);
  if (contradiction) return contradiction;
  if (request.confirmConstraint) return ask('Whoever added this key wants each use confirmed.', 3);
  if (doubtful) return askAboutDoubtful(doubtful);
  if (rule === undefined) return decideByLevel(policy, request);
  return rule.action === 'ask'
    ? ask(`Your rule ${rule.id} wants you to be asked.`, 2, { ruleId: rule.id })
    : { decision: 'allow', reason: `Your rule ${rule.id} allows this.`, ruleId: rule.id };
}

const denying = new WeakMap<Policy['rules'], boolean>();

/** Whether any rule denies: else no list depends on them. */
export function deniesAnything({ rules }: Policy): boolean {
  const known = denying.get(rules);
  if (known !== undefined) return known;
  const isDenying = rules.some(({ action }) => action === 'deny');
  denying.set(rules, isDenying);
  return isDenying;
}

/**
 * Which keys (`SHA256:…`) the rules deny each login with to this destination, whatever the user is called, so that there is
 * no use in offering them there. Each rule is looked at once, not once for each key.
 */
export function deniedToEveryUser(
  { rules }: Policy,
  subject: Omit<RuleSubject, 'keyFingerprint'>,
): (keyFingerprint: string) => boolean {
  const use = new RuleMatcher({ ...subject, keyFingerprint: '' });
  const isDenied = new Map<string, boolean>();
  for (const rule of rules) {
    // What can't be read makes an answer stricter, and never takes back a "no"; nor does a "no" to one user answer for all.
    if (rule.action === 'unreadable' || (rule.action === 'deny' && rule.user !== undefined)) continue;
    if (rule.key !== undefined && isDenied.has(rule.key)) continue;
    if (!use.matchesForAnyLogin(rule)) continue;
    const decision = rule.action === 'deny';
    // It decides about all keys that none before it was about.
    if (rule.key === undefined) return (key) => isDenied.get(key) ?? decision;
    isDenied.set(rule.key, decision);
  }
  return (key) => isDenied.get(key) ?? false;
}
