// The port to keys that live elsewhere: in another agent, on a token, in the system's own store, in a security key.
import type { SignatureAlgorithm } from '../../keys/kinds/shared/key-types.ts';
import type { SignatureWait } from '../../keys/kinds/shared/private-key.ts';
import { RefusedError } from '../protocol/errors.ts';

export type StoreKind = 'upstream' | 'pkcs11' | 'windows';

/**
 * What a key of a store wants of the person, beside our consent: a PIN that we ask for, once until the agent is locked; a
 * touch, or an answer to the system's own dialog, at each use. What another agent asks is its own matter.
 */
export type PersonNeed = 'nothing' | 'pin' | 'touch' | 'system-dialog';

/** What a PIN opens, where a store has several such: one of its tokens. */
export interface PinPlace {
  /** The same at each list. */
  readonly id: string;
  /** For the person, maybe in words of others. */
  readonly title: string;
  /** A wrong PIN or few more lock it, as far as the store can tell. */
  readonly isNearlyLocked?: boolean;
}

/** One key as its store lists it. Nothing of it is believed: a store may lie. */
export interface StoredIdentity {
  /** A public key or certificate. */
  readonly blob: Uint8Array;
  readonly comment: Uint8Array;
  readonly need: PersonNeed;
  /** Left out: the PIN opens the whole store. */
  readonly pinPlace?: PinPlace;
}

/** One signature to be made. */
export interface StoreUse {
  /** As it was listed. */
  readonly blob: Uint8Array;
  readonly data: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** What the client's connection was bound to: contents of `session-bind@openssh.com`, in their order. */
  readonly sessionBinds: readonly Uint8Array[];
  readonly waitsFor: (what: SignatureWait) => void;
}

/** The store can't do what it was asked for. */
export class StoreError extends RefusedError {
  override readonly name: string = 'StoreError';
  /** What the person can do about it, as sentences. */
  readonly remedy: string;

  /** `reason` is a sentence for the person. */
  constructor(reason: string, remedy: string) {
    super(reason);
    this.remedy = remedy;
  }
}

/** `reason` is a sentence for the person, with how many tries are left where that is known. */
export class WrongPinError extends StoreError {
  override readonly name = 'WrongPinError';
}

/** The store wants its PIN again, as when a token was pulled out and came back. */
export class PinNeededError extends StoreError {
  override readonly name = 'PinNeededError';
}

/**
 * A place of keys. Its methods reject with StoreError, or with the signal's reason when that is aborted. The core bounds
 * how long they take and what they return, so that a store that hangs, dies or lies holds up no other key.
 */
export interface KeyStore {
  /** The same for the same place at each start; begins with the kind. */
  readonly id: string;
  readonly kind: StoreKind;
  /** Where it is: a socket, a pipe, a library. */
  readonly address: string;
  /** For the person, maybe in words of others. */
  readonly title: string;
  /** Its keys, without asking anybody. Called at each list that a client wants. */
  list(signal: AbortSignal): Promise<readonly StoredIdentity[]>;
  /** Those of its keys that it lets a connection know of that was bound so. Left out where that changes nothing. */
  listFor?(sessionBinds: readonly Uint8Array[], signal: AbortSignal): Promise<readonly Uint8Array[]>;
  /**
   * Opens it for the keys that want a PIN. SECURITY: tokens count, so each call is one try of what the person has just
   * typed. `pin` is UTF-8, and wiped when this settles or `signal` is aborted. Rejects with WrongPinError, of which the
   * person is told and asked again, or with StoreError where asking again is no use. Left out where no key wants one.
   * `place` is the id of one of its places, where they have PINs of their own.
   */
  open?(pin: Uint8Array, signal: AbortSignal, place?: string): Promise<void>;
  /** The SSH signature blob. May take minutes, while the store asks the person. */
  sign(use: StoreUse, signal: AbortSignal): Promise<Uint8Array>;
  /** Calls back when its keys may be others; returns the way to stop that. Left out by one that can't tell. */
  onChanged?(listener: () => void): () => void;
  /**
   * Closes what the person has opened, as the agent was locked, or the time is over for which they opened it. May be called
   * when nothing is open. Left out where they open nothing. `place`: that alone.
   */
  lock?(place?: string): void;
  /** Ends what it has open. */
  close(): void;
}

export type StoreState =
  /** It was not asked yet. */
  | { readonly status: 'starting' }
  /** `leftOut`: how many of what it lists are no keys that can be used here. */
  | { readonly status: 'ready'; readonly leftOut: number }
  /** Sentences for the person. */
  | { readonly status: 'unreachable'; readonly reason: string; readonly remedy: string };

/** A signature that the store is about to make. */
export interface PendingSignature {
  /** To cancel it by. */
  readonly id: string;
  /** As a prompt tells of it (`KeyIdentity`). */
  readonly key: { readonly comment: string; readonly fingerprint: string; readonly algorithm: string };
  /** Left out: for nothing that is known of. */
  readonly waitsFor?: Exclude<SignatureWait, undefined>;
}

/** A store as the person is told of it. */
export interface StoreSummary {
  readonly id: string;
  readonly kind: StoreKind;
  readonly address: string;
  readonly title: string;
  readonly state: StoreState;
  readonly keyCount: number;
  readonly pending: readonly PendingSignature[];
}
