// What the ring wants of a private key, wherever that lives.
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import type { Requester } from '../facts/requester.ts';
import type { KeepUnlocked, KeyIdentity } from '../ports/approver.ts';
import type { PersonNeed } from '../ports/key-store.ts';
import type { HeldStore } from '../stores/held-store.ts';
import type { EncryptedForm } from './encrypted-forms.ts';
import type { KeyLease } from './held-key.ts';

/** A use that the person allows by typing the secret where it is shown first and in full, and in no other way. */
export interface UnallowedUse {
  readonly key: KeyIdentity;
  /** Whether that is meant for all the like of it. */
  readonly isUntilLocked: boolean;
  /** Whether an answer to another question allows it by now. */
  readonly isAllowedMeanwhile: () => boolean;
  readonly allow: (keep: KeepUnlocked) => void;
}

/** Who wants the key, told only when a person must be asked. */
export interface KeyAsker {
  readonly key: () => KeyIdentity;
  readonly requester: () => Promise<Requester>;
  /** Ends the wait. */
  readonly signal: () => AbortSignal;
  /** The identity that is to sign. */
  readonly publicKey: PublicKey;
  /** `ask` asks for a secret while the key is used already: under the bounds of any question, or it rejects. */
  readonly asking: <T>(ask: () => Promise<T>) => Promise<T>;
  /** What the asker's connection was bound to, as another agent is told. */
  readonly sessionBinds: () => readonly Uint8Array[];
  /** The use, while the person has not allowed it. */
  readonly unallowed?: () => UnallowedUse | undefined;
}

/** A private key shared by its plain identity and its certificates. */
export interface RingKey {
  /** Where it lives; undefined: here. */
  readonly store: HeldStore | undefined;
  /** What its store wants of the person at each use. */
  readonly need: PersonNeed;
  /** Which of its store's PINs opens it, where that has several. */
  readonly pinPlace?: string | undefined;
  /** Whether there is any encrypted file, opened or not. */
  readonly hasEncryptedForm: boolean;
  /** Whether the key in clear may be dropped, because it can be had back: some file of it was opened. */
  readonly isReencryptable: boolean;
  /** Whether nothing of it is left to lend: neither in clear nor as a file. */
  readonly isGone: boolean;
  /** Whether a lease asks for a passphrase. */
  readonly isEncryptedOnly: boolean;
  /** When it is not in clear any more by itself, on the clock's scale; Infinity: never. */
  readonly openUntilMs: number;
  /** The newest first. */
  readonly forms: readonly EncryptedForm[];
  /** Drops the decrypted key. False when it stays in clear, as it could not be had back. */
  reencrypt(): boolean;
  /** Closes open prompts; those who wait get failure. */
  cancelPrompt(reason: string): void;
  /** Ends the key: nothing of it stays in memory once signatures under way are done. */
  dispose(): void;
  /** Lends the private key where that needs nobody; undefined: as `lease` does, if at all. */
  leaseOpen(): KeyLease | undefined;
  /**
   * Lends the private key, asking for the passphrase first where that is needed. Rejects with RefusedError
   * when the person or the agent says no, or with the signal's reason.
   */
  lease(asker: KeyAsker): Promise<KeyLease>;
}
