// One request of a window: which window may ask it, what must be asked, and what comes back, told in one place.
import type { GenericSchema } from 'valibot';

/** What the windows are for; it decides what a window may ask. */
export const windowRoles = ['keys', 'prompt'] as const;
export type WindowRole = (typeof windowRoles)[number];

export interface Request<Input extends GenericSchema, Output> {
  /** Of the windows that may ask this. */
  readonly role: WindowRole;
  /** What a window sends is a stranger's word until it has passed this. */
  readonly input: Input;
  /** For the compiler alone: our own word needs no schema. */
  readonly output?: Output;
}

/** The type of what the main process sends, for the compiler alone. */
// @__NO_SIDE_EFFECTS__
export const typed = <T>(): T => undefined as T;

const from =
  (role: WindowRole) =>
  <Input extends GenericSchema>(input: Input) => ({
    gives: <Output>(): Request<Input, Output> => ({ role, input }),
  });

/** A request of the key window. */
export const fromKeys = from('keys');

/** A request of a window that asks the person. */
export const fromPrompt = from('prompt');
