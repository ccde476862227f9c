// The level that an installation begins with, stored once, so that the loss of the file is told from a beginning.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { assertTrustedPlace } from '../../ipc/posix/files/trusted-place.ts';
import { emptyPolicy } from '../agent/consent/rules/policy.ts';
import { type StoredPolicy, storePolicy } from '../agent/consent/rules/policy-format.ts';
import { changeInTurn } from './change-in-turn.ts';
import { explainWriteError } from './explain-file-error.ts';
import { isThere, noteUnstored, type RulesPast, rulesPast, writeRulesState } from './rules-state.ts';
import { writeThroughLink } from './write-file-atomically.ts';

export interface FirstPolicyOptions {
  /** The person's, with the rules. */
  readonly directory: string;
  /** Where a program of this installation keeps more of its own. */
  readonly otherDirectories?: readonly string[];
  /** There is somebody to ask. */
  readonly canAsk: boolean;
}

export interface FirstPolicy {
  readonly isNewInstallation: boolean;
  /** Holds as long as no rules are stored; undefined: they are, or were. */
  readonly unstored: StoredPolicy | undefined;
  /** The level that this agent begins with, where no rules were stored yet. */
  readonly firstLevel?: 'new' | 'never';
  /** Why it could not be stored, in sentences for the person. */
  readonly problem?: string;
}

/** What is to be found in the place of the rules. */
type Place = 'file' | 'link-to-nothing' | 'nothing';

function placeOf(rulesPath: string): Place {
  if (!isThere(rulesPath)) return 'nothing';
  try {
    statSync(rulesPath);
  } catch (error: unknown) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'link-to-nothing';
  }
  return 'file';
}

function beginningOf(
  { isNewInstallation, wereStored }: RulesPast,
  place: Place,
  canAsk: boolean,
): Omit<FirstPolicy, 'problem'> {
  // SECURITY: what a link of an old installation led to may have denied.
  const isLost = wereStored || (place === 'link-to-nothing' && !isNewInstallation);
  if (place === 'file' || isLost) return { isNewInstallation, unstored: undefined };
  const unstored = storePolicy(
    isNewInstallation ? { ...emptyPolicy, defaultLevel: 'new', isUnchosen: true } : emptyPolicy,
  );
  return { isNewInstallation, unstored, firstLevel: isNewInstallation && canAsk ? 'new' : 'never' };
}

/** In a turn, so that of two agents that begin at once the second finds what the first has stored. */
async function store({ directory, otherDirectories, canAsk }: FirstPolicyOptions) {
  const rulesPath = join(directory, 'rules.json');
  assertTrustedPlace(rulesPath);
  return await changeInTurn(rulesPath, async () => {
    const past = rulesPast(directory, otherDirectories);
    const place = placeOf(rulesPath);
    const beginning = beginningOf(past, place, canAsk);
    const { unstored } = beginning;
    // A link is the person's, who may bring what it leads to yet.
    const isOpen = unstored !== undefined && past.isNewInstallation && (!canAsk || place !== 'nothing');
    if (unstored !== undefined && !isOpen)
      await writeThroughLink(rulesPath, `${JSON.stringify(unstored, null, 2)}\n`);
    const state = isOpen ? 'not-yet' : 'stored';
    if (past.state !== state) await writeRulesState(directory, state);
    return beginning;
  });
}

/**
 * Looks what an agent begins with, before it leaves anything of its own, and stores it where no rules were stored yet:
 * `new` for a new installation, `never` for one of a version that stored none. An agent that can ask nobody would refuse
 * all at `new`: for it that is `never` as long as nobody has chosen (PolicyFile's `isMute`), and it leaves the beginning to
 * the next. Never rejects: what can't be stored holds in memory, and the next start begins with it again.
 */
export async function beginPolicy(options: FirstPolicyOptions): Promise<FirstPolicy> {
  const { directory, otherDirectories, canAsk } = options;
  const past = rulesPast(directory, otherDirectories);
  const beginning = () => beginningOf(past, placeOf(join(directory, 'rules.json')), canAsk);
  // No turn is waited for, nor anything written, where it is all settled.
  if (past.state === 'stored') return beginning();
  try {
    return await store(options);
  } catch (error: unknown) {
    const held = beginning();
    if (held.isNewInstallation && held.unstored !== undefined) noteUnstored(directory);
    return { ...held, problem: explainWriteError(error) };
  }
}
