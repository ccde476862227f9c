// The port to the person. The core never knows whether a window, a terminal or a program asks.
import type { SecretBytes } from '../../keys/encoding/secret-bytes.ts';
import type { SignatureWait } from '../../keys/kinds/shared/private-key.ts';
import type { Requester } from '../facts/requester.ts';

/** The key a prompt is about; all text is the file's or the client's claim except the fingerprint. */
export interface KeyIdentity {
  readonly comment: string;
  /** `SHA256:…` of the plain public key. */
  readonly fingerprint: string;
  /** For example `ssh-ed25519`. */
  readonly algorithm: string;
}

/** The requests that one answer decides. Others may join while the prompt is open, and must be shown before it counts. */
export interface WaitingRequests {
  /** Who waits now, oldest first. */
  requesters(): readonly Requester[];
  /** Calls back when `requesters()` has changed; returns the way to stop that. */
  onRequestersChanged(listener: () => void): () => void;
  /**
   * For an approver that can't change what it has shown: from now on nobody joins a question about a use, and no request
   * of this machine joins those of others in a question about a passphrase or its cost.
   */
  stopJoining(): void;
  /** How long the prompt stays open for one request; the core closes it then. */
  readonly timeLimitMs: number;
  /** The rest of it. It begins anew when a request of this machine joins. */
  remainingMs(): number;
}

export interface ConfirmRequest extends WaitingRequests {
  readonly id: string;
  readonly reason: /** `because` is a sentence: the rule or setting for which the person is asked. */
    | { readonly kind: 'use-key'; readonly because: string }
    /** The file's key derivation costs unusually much; `cost` says how much, in words. */
    | { readonly kind: 'expensive-decryption'; readonly cost: string };
  readonly key: KeyIdentity;
  /** False where too little is known of the request to recognize the next one of its kind. */
  readonly mayRemember: boolean;
  /**
   * Present: who says "allow" means it for this long, unless they say that it is for this time alone. The approver tells
   * them, and answers so: a plain `allow` is for this time.
   */
  readonly usualRemember?: RememberFor;
}

/** For how long an "allow" also answers the next requests of the same kind; it ends when the agent is locked. */
export type RememberFor = '5-minutes' | '1-hour' | 'until-locked';

export type ConfirmAnswer = 'allow' | 'deny' | { readonly kind: 'allow'; readonly remember: RememberFor };

export interface PassphraseRequest extends WaitingRequests {
  /** The same for all attempts at one key, so that a window can stay open between them. */
  readonly id: string;
  readonly key: KeyIdentity;
  /** Where the key lives, whose PIN is asked for; left out: the passphrase of a key that is kept encrypted. */
  readonly pinOf?: string;
  /** The PIN is that of a security key, and for this use alone: `keep` of the answer counts for nothing. */
  readonly isForOneUse?: true;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Why the last attempt failed, as a sentence for the person. */
  readonly problem?: string;
  /**
   * What the answer allows beside: the use that is shown first, as it was not allowed before. `until-locked`: and all the
   * like of it, unless the key is kept for one use. Undefined, or left out: nothing. May change when `requesters()` does.
   */
  alsoAllows?(): 'this-use' | 'until-locked' | undefined;
}

/** How long the decrypted key is kept: one use, a time, or until the agent is locked. */
export type KeepUnlocked =
  | { readonly kind: 'once' }
  | { readonly kind: 'for'; readonly seconds: number }
  | { readonly kind: 'until-locked' };

export type PassphraseAnswer =
  | {
      readonly kind: 'passphrase';
      readonly passphrase: SecretBytes;
      readonly keep: KeepUnlocked;
      /** Called with the whole encrypted file that it has opened, before the signal ends the prompt; never for a PIN. */
      readonly onOpened?: (file: Uint8Array) => void;
    }
  | { readonly kind: 'cancelled' };

/** A signature that was allowed, and waits for something of the person that nobody can answer for them. */
export interface WaitingSignature {
  readonly id: string;
  readonly key: KeyIdentity;
  /** The title of the place where the key lives, maybe in words of others; left out: its file is held here. */
  readonly livesIn?: string;
  readonly requester: Requester;
  /** Whatever another agent asks for, it asks by itself. */
  readonly waitsFor: Exclude<SignatureWait, 'other-agent' | undefined>;
}

/** A request that waits for the agent to be unlocked. */
export interface LockedRequest {
  readonly key: KeyIdentity;
  readonly requester: Requester;
}

/**
 * Whether the person unlocks the agent, which they have locked, or which has locked itself. A kind of its own: it says
 * nothing of the use of any key, which is judged afterwards.
 */
export interface UnlockAgentRequest {
  readonly id: string;
  /** Why the agent is locked, as a sentence. */
  readonly lockReason: string;
  /** Who waits now, oldest first; never empty. */
  waiting(): readonly LockedRequest[];
  /** Calls back when `waiting()` has changed; returns the way to stop that. */
  onWaitingChanged(listener: () => void): () => void;
  readonly timeLimitMs: number;
  /** The rest of it. It begins anew when a request of this machine joins. */
  remainingMs(): number;
}

export type UnlockAgentAnswer = 'unlock' | 'stay-locked';

/**
 * Asks the person. What goes wrong is a "no"; they reject only with RefusedError, whose message is for the
 * log, when nobody could be asked: that is nobody's "no". The signal ends the conversation, whatever the reason: the
 * prompt is closed and the answer no longer matters. For passphrases one signal spans all attempts with the same `id`,
 * and is aborted after success too.
 */
export interface Approver {
  /** `remember` in the answer counts only where the request says `mayRemember`. */
  confirm(request: ConfirmRequest, signal: AbortSignal): Promise<ConfirmAnswer>;
  /** The passphrase is UTF-8; the caller wipes it. */
  askPassphrase(request: PassphraseRequest, signal: AbortSignal): Promise<PassphraseAnswer>;
  /**
   * Rejects as those do. The signal is also aborted when the person has unlocked the agent elsewhere. Left out where a
   * locked agent asks nobody, and refuses.
   */
  unlockAgent?(request: UnlockAgentRequest, signal: AbortSignal): Promise<UnlockAgentAnswer>;
  /**
   * Tells the person that a signature waits for them, until the signal is aborted: one more among several, beside any
   * question. Resolves with `cancelled` when they don't want it any more, and with `not-shown` when it is shown no longer,
   * or can't be: the signature waits all the same. Left out where nobody can be told.
   */
  showWaiting?(waiting: WaitingSignature, signal: AbortSignal): Promise<'cancelled' | 'not-shown'>;
}
