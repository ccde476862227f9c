// The person's policy while the agent runs: read from its file, changed by the person, written back.
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import { cut } from '../../../../text/foreign-text.ts';
import type { Clock } from '../../../basics/clock.ts';
import { Listeners } from '../../../basics/listeners.ts';
import { OneAtATime } from '../../../basics/one-at-a-time.ts';
import { limits } from '../../limits/limits.ts';
import { timeLimits } from '../../limits/time-limits.ts';
import { RefusedError, toError } from '../../protocol/errors.ts';
import { type AskLevel, type LevelsBeside, noLevelsBeside } from './ask-level.ts';
import { heldPolicy } from './held-policy.ts';
import { emptyPolicy, type Policy } from './policy.ts';
import { readStoredPolicy, type StoredPolicy, storePolicy, unreadablePolicy } from './policy-format.ts';
import { RemovedRules } from './removed-rules.ts';
import type { Rule } from './rule.ts';
import { coveringRule } from './rule-cover.ts';
import { newRuleSchema } from './rule-schema.ts';

/** What was stored is not there any more. */
export const lostPolicy: unique symbol = Symbol('a policy that was lost');

/** SECURITY: what was lost might have denied, or asked. Unlike one that can't be read it may be written over. */
const askedAboutAsLost: Policy = { ...emptyPolicy, defaultLevel: 'always' };

/** Where the policy outlives the agent. */
export interface PolicyFile {
  /**
   * Parsed JSON; undefined: nothing was ever stored; `lostPolicy`: it was, and is gone. Never throws: what can't be read or
   * parsed is null.
   */
  load(): unknown;
  /** Rejects when it can't be written. Never called before the call before it has ended. */
  save(stored: StoredPolicy): Promise<void>;
  /** Says whether somebody else has changed the file since the last `load` or `save`. Never throws. */
  hasChanged(): boolean;
  /** Nobody can be asked: a level *new* that the person has not chosen is *never* meanwhile, and stays as it is stored. */
  readonly isMute?: boolean;
}

export const noPolicyFile: PolicyFile = {
  load: () => undefined,
  save: () => Promise.resolve(),
  hasChanged: () => false,
};

/** What the person asked for can't be done; the message is a sentence for them. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}

/** The rule that was named is not there, or not any more. */
export class NoSuchRuleError extends PolicyError {
  constructor(id: string) {
    super(`There is no rule ${cut(id, 40)}.`);
  }
}

export class PolicyStore {
  readonly #file: PolicyFile;
  readonly #clock: Clock;
  readonly #listeners: Listeners;
  #stored: unknown;
  #policy: Policy;
  readonly #beside: () => LevelsBeside;
  /** Kept as one, as who asks again for the policy must see that nothing has changed. */
  #together: { readonly policy: Policy; readonly beside: LevelsBeside; readonly held: Policy } | undefined;
  #checkedMs: number;
  readonly #removed = new RemovedRules();
  /** Each is made to what the one before has left. */
  readonly #changes = new OneAtATime();

  /** `log` is told of listeners that throw: what they are told of has been stored by then. `beside` is asked each time. */
  constructor(
    file: PolicyFile,
    clock: Clock,
    log: (line: string) => void = () => {},
    beside: () => LevelsBeside = () => noLevelsBeside,
  ) {
    this.#beside = beside;
    this.#listeners = new Listeners((error) =>
      log(`whoever is told of the rules failed: ${toError(error).name}`),
    );
    this.#file = file;
    this.#clock = clock;
    this.#checkedMs = clock.elapsedMs();
    const stored = file.load();
    this.#stored = stored === lostPolicy ? undefined : stored;
    this.#policy = stored === lostPolicy ? askedAboutAsLost : readStoredPolicy(stored);
  }

  onChanged(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** The policy that holds now; a change of the file by others is noticed within a second. */
  get policy(): Policy {
    const nowMs = this.#clock.elapsedMs();
    if (nowMs - this.#checkedMs >= timeLimits.policyAgeMs) {
      this.#checkedMs = nowMs;
      if (this.#file.hasChanged()) this.#reload();
    }
    return this.#held();
  }

  #held(): Policy {
    const policy = this.#policy;
    const beside = this.#beside();
    if (this.#together?.policy !== policy || this.#together.beside !== beside)
      this.#together = { policy, beside, held: heldPolicy(policy, beside, this.#file.isMute === true) };
    return this.#together.held;
  }

  /**
   * Adds a rule before the one with the id `before`, or at the end. Rejects with PolicyError for one that makes no sense,
   * and when there is no such rule.
   */
  async addRule(rule: unknown, before?: string): Promise<Rule> {
    const checked = checkedRule(rule);
    return await this.#changes.run(async () => {
      const { rules } = this.#changeable();
      assertRoom(rules);
      const added: Rule = { id: freshId(rules), ...checked };
      const position = positionBefore(before, rules);
      assertCounts(added, rules, position);
      await this.#change({ rules: rules.toSpliced(position, 0, added) });
      return added;
    });
  }

  /**
   * Puts another rule in the place of that one, under its id, in one step: at no time neither of them holds. Rejects as
   * `addRule`, and with NoSuchRuleError.
   */
  async changeRule(id: string, rule: unknown): Promise<Rule> {
    const checked = checkedRule(rule);
    return await this.#changes.run(async () => {
      const { rules } = this.#changeable();
      const position = positionBefore(id, rules);
      const changed: Rule = { id, ...checked };
      assertCounts(changed, rules, position);
      await this.#change({ rules: rules.with(position, changed) });
      return changed;
    });
  }

  /**
   * Puts a rule that was removed while the agent runs back to its old place, under its id. False when it was not removed
   * lately, or is there. Rejects with PolicyError as `removeRule`, and when there are too many.
   */
  restoreRule(id: string): Promise<boolean> {
    return this.#changes.run(async () => {
      const { rules } = this.#changeable();
      const restored = this.#removed.putBack(id, rules);
      if (restored === undefined) return false;
      assertRoom(rules);
      await this.#change({ rules: restored });
      this.#removed.forget(id);
      return true;
    });
  }

  /** False when there is no such rule. This and what follows reject with PolicyError when it can't be stored. */
  removeRule(id: string): Promise<boolean> {
    return this.#changes.run(async () => {
      const { rules } = this.#changeable();
      const place = rules.findIndex((rule) => rule.id === id);
      if (place === -1) return false;
      await this.#change({ rules: rules.toSpliced(place, 1) });
      this.#removed.remember(rules, place);
      return true;
    });
  }

  /** `toIndex` counts the rules as they are after the move. False when there is no such rule. */
  moveRule(id: string, toIndex: number): Promise<boolean> {
    return this.#move(id, (others) => Math.min(toIndex, others.length));
  }

  /** Moves a rule before the one with the id `before`, or to the end. As `moveRule`, and rejects as `addRule`. */
  moveRuleBefore(id: string, before: string | undefined): Promise<boolean> {
    return this.#move(id, (others) => positionBefore(before, others));
  }

  /**
   * When to ask for one key (`SHA256:…` of the plain key); undefined: as for all keys. `together` is done in the step in
   * which the level begins to hold; what it throws is thrown on, and no level has changed then. PolicyError instead where
   * the level could not be taken out of the file again.
   */
  setLevel(
    keyFingerprint: string,
    level: AskLevel | undefined,
    together: () => void = () => {},
  ): Promise<void> {
    return this.#changes.run(async () => {
      const before = { policy: this.#changeable(), stored: this.#stored };
      const policy = withLevel(before.policy, keyFingerprint, level);
      if (policy.levels.size > limits.rules)
        throw new PolicyError(`There can be no more than ${limits.rules} keys with a level of their own.`);
      await this.#write(policy);
      try {
        together();
      } catch (error) {
        await this.#takeBackLevel(keyFingerprint, level, before, error);
        throw error;
      }
      this.#listeners.tell();
    });
  }

  setDefaultLevel(defaultLevel: AskLevel): Promise<void> {
    return this.#changes.run(async () => {
      const { isUnchosen: _, ...policy } = this.#changeable();
      await this.#write({ ...policy, defaultLevel });
      this.#listeners.tell();
    });
  }

  #move(id: string, placeAmong: (others: Policy['rules']) => number): Promise<boolean> {
    return this.#changes.run(async () => {
      const { rules } = this.#changeable();
      const moved = rules.find((rule) => rule.id === id);
      if (moved === undefined) return false;
      const others = rules.filter((rule) => rule !== moved);
      await this.#change({ rules: others.toSpliced(placeAmong(others), 0, moved) });
      return true;
    });
  }

  /** Writing over what could not be read would lose rules of the person. */
  #changeable(): Policy {
    // Now, not within the second: what somebody has just written must not be written over.
    if (this.#file.hasChanged()) this.#reload();
    if (this.#policy === unreadablePolicy)
      throw new PolicyError(
        'The file with your rules (rules.json) is damaged, or others could have written it, so nothing in it was changed. What is wrong and where is in the log of the agent. Correct it, or who may write there. Or move it away, and choose anew when to be asked.',
      );
    return this.#policy;
  }

  async #change(change: Partial<Policy>): Promise<void> {
    await this.#write({ ...this.#policy, ...change });
    this.#listeners.tell();
  }

  /** The policy holds once it is in the file. */
  async #write(policy: Policy): Promise<void> {
    const stored = storePolicy(policy, this.#stored);
    try {
      await this.#file.save(stored);
    } catch (error) {
      throw new PolicyError(
        'The file with your rules can not be written, so nothing was changed. Make room on the disk, or check who may write there.',
        { cause: error },
      );
    }
    this.#stored = stored;
    this.#policy = policy;
  }

  /** Takes back this level alone, for `reason`: what others have written to the file since then stays. */
  async #takeBackLevel(
    keyFingerprint: string,
    level: AskLevel | undefined,
    before: { readonly policy: Policy; readonly stored: unknown },
    reason: unknown,
  ): Promise<void> {
    const theirs = this.#file.hasChanged() ? this.#file.load() : lostPolicy;
    if (theirs !== lostPolicy) {
      this.#stored = theirs;
      const read = readStoredPolicy(theirs);
      const former = before.policy.levels.get(keyFingerprint);
      const isOurs = read.levels.get(keyFingerprint) === level;
      // SECURITY: what stood there and was not understood was asked about; so is what takes its place.
      const restored = former === 'unreadable' ? 'always' : former;
      this.#policy = isOurs ? withLevel(read, keyFingerprint, restored) : read;
      this.#listeners.tell();
      if (!isOurs) return;
    } else {
      this.#policy = before.policy;
      this.#stored = before.stored;
    }
    this.#stored = storePolicy(this.#policy, this.#stored);
    try {
      await this.#file.save(this.#stored as StoredPolicy);
    } catch (error) {
      const why = reason instanceof RefusedError ? ` (${reason.message})` : '';
      throw new PolicyError(
        `The key was not added${why}, but when to ask for it could not be taken out of the file with your rules (rules.json) again, which can not be written. It stays there until you change a rule. Make room on the disk, or check who may write there.`,
        { cause: error },
      );
    }
  }

  #reload(): void {
    const stored = this.#file.load();
    if (stored !== lostPolicy) {
      this.#stored = stored;
      this.#policy = readStoredPolicy(stored);
    } else if (this.#policy === unreadablePolicy) {
      this.#stored = undefined;
      this.#policy = askedAboutAsLost;
    }
    // SECURITY: else what was read last holds on. Who removes the file takes back no question and no “no”.
    this.#listeners.tell();
  }
}

function withLevel(policy: Policy, keyFingerprint: string, level: AskLevel | undefined): Policy {
  const levels = new Map(policy.levels);
  if (level === undefined) levels.delete(keyFingerprint);
  else levels.set(keyFingerprint, level);
  return { ...policy, levels };
}

function checkedRule(rule: unknown): v.InferOutput<typeof newRuleSchema> {
  const checked = v.safeParse(newRuleSchema, rule);
  if (!checked.success) throw new PolicyError(`That is no rule: ${checked.issues[0].message}.`);
  return checked.output;
}

function assertRoom(rules: Policy['rules']): void {
  if (rules.length >= limits.rules) throw new PolicyError(`There can be no more than ${limits.rules} rules.`);
}

/** Throws where all that the rule is about is decided before it gets its turn at that place. */
function assertCounts(rule: Rule, rules: Policy['rules'], position: number): void {
  const covering = coveringRule(rule, rules.slice(0, position));
  if (covering !== undefined)
    throw new PolicyError(
      `This rule would never count: rule ${rules.indexOf(covering) + 1} (${covering.id}), before it, decides all that it is about. Put it before that rule, or remove that one.`,
    );
}

function positionBefore(id: string | undefined, rules: Policy['rules']): number {
  if (id === undefined) return rules.length;
  const position = rules.findIndex((rule) => rule.id === id);
  if (position === -1) throw new NoSuchRuleError(id);
  return position;
}

function freshId(rules: Policy['rules']): string {
  for (;;) {
    const id = randomBytes(4).toString('hex');
    if (!rules.some((rule) => rule.id === id)) return id;
  }
}
