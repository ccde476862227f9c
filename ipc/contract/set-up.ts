// Setting other programs up: what was found, what would be changed, what was changed and can be taken back.
import * as v from 'valibot';
import { nothing, text, uuid } from './fields.ts';
import { fromKeys } from './request.ts';
import type { SelfTest } from './use-with.ts';

/** One place that a change touches, and the lines that go and come there; none of both for a step told in `how`. */
export interface ShownChange {
  /** A file or a setting. Others may have named it. */
  readonly place: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
  /** A sentence: where in the file, or what is run. */
  readonly how: string;
}

/**
 * `works`: it asks Sallyport, without our doing or by it. `can`: it can be set up now. `blocked`: something is in the way,
 * which `sentence` tells. `missing`: it is not installed.
 */
export type ProgramStatus = 'works' | 'can' | 'blocked' | 'missing';

/** A change that was made and can be taken back. */
export interface MadeChange {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** What taking it back would do, or why that can't be done. */
  readonly undo: ShownChange | { readonly problem: string; readonly byHand: readonly string[] };
}

export interface ProgramState {
  readonly id: string;
  readonly title: string;
  readonly status: ProgramStatus;
  /** How it stands, and what setting it up would bring. */
  readonly sentence: string;
  /** Where it was found. */
  readonly where?: string;
  /** What setting it up would do; none where there is nothing to do. */
  readonly changes: readonly ShownChange[];
  /** What the person should know before. */
  readonly notes: readonly string[];
  /** Names what `changes` shows: only that is done. */
  readonly token: string;
  /** The oldest first. */
  readonly made: readonly MadeChange[];
}

/** What is looked for: a program, or several that are found together. */
export interface LookedFor {
  readonly id: string;
  readonly title: string;
}

/** `problem` where nothing was done, as a sentence, with the lines that the person would see to by hand. */
export interface SetUpOutcome {
  readonly problem?: string;
  readonly byHand: readonly string[];
  /** A sentence where there was nothing to take back any more. */
  readonly note?: string;
}

const program = v.pipe(text(64), v.regex(/^[a-z0-9-]+$/));
const token = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));

export const setUpRequests = {
  /** In the order in which they are shown; known at once. */
  'setUp.programs': fromKeys(nothing).gives<readonly LookedFor[]>(),
  /** How one of those stands, or each of several. Changes nothing. */
  'setUp.look': fromKeys(v.strictObject({ program })).gives<readonly ProgramState[]>(),
  /** Makes what the token names: what the page was given to show. */
  'setUp.apply': fromKeys(v.strictObject({ program, token })).gives<SetUpOutcome>(),
  'setUp.undo': fromKeys(v.strictObject({ id: uuid })).gives<SetUpOutcome>(),
  'setUp.test': fromKeys(v.strictObject({ program })).gives<SelfTest>(),
};
