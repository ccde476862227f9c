// When the use of a key is asked about, from the three places that say so.
import type { KeyView } from '../../../ipc/contract/keys.ts';
import type { AskLevelView, PolicyView } from '../../../ipc/contract/policy.ts';
import { askLevelWords } from '../../../text/rules/policy-words.ts';
import { type Choice, choicesOf } from '../../parts/choices.ts';

/** `default`: as for all keys. */
export type ShownLevel = AskLevelView | 'default';

/** A wish to confirm each use, of a program or brought back from an earlier session, counts before the level. */
export function shownLevel(view: KeyView, policy: PolicyView | undefined): ShownLevel {
  if (view.confirm) return 'always';
  return policy?.levels[view.fingerprint] ?? 'default';
}

/** What a level means, as a sentence or two. */
export const levelExplanations: Readonly<Record<Exclude<AskLevelView, 'unreadable'>, string>> = {
  never: 'Programs use the key without a question, unless a rule says otherwise.',
  forwarded: 'A window asks you when the request comes through a machine that you forward the agent to.',
  new: 'A window asks you the first time that a program uses the key for a user at a host, and whenever a request comes from another machine. What you allow counts until Sallyport is locked.',
  always: 'A window asks you to allow or deny every signature, unless a rule says otherwise.',
};

const { unreadable, ...choosable } = askLevelWords;

/** The levels to choose from. */
export const choosableLevels = choicesOf<Exclude<AskLevelView, 'unreadable'>>(choosable);

/** The same; one that is not understood is among them only while it is the `current` one. */
export function levelChoices(current: ShownLevel): readonly Choice<AskLevelView>[] {
  return current === 'unreadable'
    ? [{ value: current, label: unreadable }, ...choosableLevels]
    : choosableLevels;
}
