// The port to keys that live elsewhere: in another agent, on a token, in the system's own store, in a security key.
import type { SignatureAlgorithm } from '../../keys/kinds/shared/key-types.ts';
import { RefusedError } from '../protocol/errors.ts';

export type StoreKind = 'upstream' | 'pkcs11' | 'windows' | 'fido';

/** What a key of a store wants of the person at a use, beside our consent; what another agent asks is its own matter. */
export type PersonNeed = 'nothing' | 'touch' | 'system-dialog';

/** One key as its store lists it. Nothing of it is believed: a store may lie. */
export interface StoredIdentity {
  /** A public key or certificate. */
  readonly blob: Uint8Array;
  readonly comment: Uint8Array;
  readonly need: PersonNeed;
}

/** What a signature waits for, so that the person can be told; undefined: for nothing of theirs any more. */
export type StoreWait = 'touch' | 'system-dialog' | 'other-agent' | undefined;

/** One signature to be made. */
export interface StoreUse {
  /** As it was listed. */
  readonly blob: Uint8Array;
  readonly data: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** What the client's connection was bound to: contents of `session-bind@openssh.com`, in their order. */
  readonly sessionBinds: readonly Uint8Array[];
  readonly waitsFor: (what: StoreWait) => void;
}

/** The store can't do what it was asked for. */
export class StoreError extends RefusedError {
  override readonly name = 'StoreError';
  /** What the person can do about it, as sentences. */
  readonly remedy: string;

  /** `reason` is a sentence for the person. */
  constructor(reason: string, remedy: string) {
    super(reason);
    this.remedy = remedy;
  }
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
  /** The SSH signature blob. May take minutes, while the store asks the person. */
  sign(use: StoreUse, signal: AbortSignal): Promise<Uint8Array>;
  /** Calls back when its keys may be others; returns the way to stop that. Left out by one that can't tell. */
  onChanged?(listener: () => void): () => void;
  /** The agent was locked: what the person has opened is closed. Left out where they open nothing. */
  lock?(): void;
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

/** A store as the person is told of it. */
export interface StoreSummary {
  readonly id: string;
  readonly kind: StoreKind;
  readonly address: string;
  readonly title: string;
  readonly state: StoreState;
  readonly keyCount: number;
  /** What its signatures under way wait for. */
  readonly waits: readonly StoreWait[];
}
