// What becomes of a passphrase or PIN that the person has typed.
import type { SecretBytes } from '../../keys/encoding/secret-bytes.ts';
import type { KeyIdentity } from '../ports/approver.ts';
import type { Opened } from './held-key.ts';

export type NotOpened =
  /** `problem`: why, as a sentence for the person, where there is more to say. */
  | { readonly kind: 'wrong-passphrase'; readonly problem?: string }
  /** The person does not want the work that it takes. */
  | { readonly kind: 'declined' }
  | { readonly kind: 'unusable'; readonly why: string };

export interface OpenedBySecret<T extends Opened> {
  readonly kind: 'opened';
  readonly privateKey: T;
  /** Takes note of it; false: what was opened is not kept any more, and nobody else may use it. */
  readonly noteOpened: () => boolean;
  /** The whole file that was opened, where it was one. */
  readonly file?: Uint8Array;
}

/** Asks the person whether so much work may be done; rejects when the prompt ends. */
export type ConfirmCost = (cost: string, signal: AbortSignal) => Promise<boolean>;

/** What was tried before the prompt. */
export interface AttemptsBefore {
  readonly attempts: number;
  /** Why the last one failed, as a sentence for the person. */
  readonly problem?: string;
}

/** The trials of one prompt. */
export interface SecretTrials<T extends Opened> {
  /** What the PIN belongs to, in words of others maybe; left out: a passphrase is asked for. */
  readonly pinOf?: string;
  /** Nothing is kept open by it. */
  readonly isForOneUse?: true;
  /** Left out: nothing. */
  readonly before?: AttemptsBefore;
  /** Called when the prompt's turn has come; throws NotAllowedError where it is not to be shown any more. */
  assertStillAsked?(): void;
  /** Wipes the secret; rejects when `signal` is aborted. */
  tryOn(secret: SecretBytes, signal: AbortSignal): Promise<OpenedBySecret<T> | NotOpened>;
}

export type NewTrials<T extends Opened> = (key: KeyIdentity, confirmCost: ConfirmCost) => SecretTrials<T>;
