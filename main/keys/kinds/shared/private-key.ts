// What the agent holds once a key is in clear.
import type { Claimant } from '../../../basics/fair-queue.ts';
import type { SignatureAlgorithm } from './key-types.ts';
import type { PublicKey } from './public-key.ts';

/**
 * What a signature waits for, so that the person can be told: a touch of the thing that has the key, a dialog of the
 * system's own, whatever another agent asks. Undefined: for nothing of theirs any more.
 */
export type SignatureWait = 'touch' | 'system-dialog' | 'other-agent' | undefined;

/** A private key in clear. Its secret parts are never readable from JavaScript through this interface. */
export interface PrivateKey {
  /** The plain public half, never a certificate. */
  readonly publicKey: PublicKey;
  /**
   * Signs without holding up the event loop; the result is the SSH signature blob (`string` algorithm, `string` signature). Where
   * it has to wait, it does so among the others' work, and rejects when the claimant's signal is aborted. Where it has to
   * wait for the person it calls `waitsFor`, again when that changes, and need not say so when it ends.
   * `pin` (UTF-8) is for a key that rejected with SecurityKeyPinError.
   */
  sign(
    data: Uint8Array,
    algorithm: SignatureAlgorithm,
    claimant?: Claimant,
    waitsFor?: (what: SignatureWait) => void,
    pin?: Uint8Array,
  ): Promise<Uint8Array>;
  /**
   * As `sign`, of a key whose signatures are brief: made at once, or in its turn among others' that are as brief, and never for
   * want of a person. Undefined where they take longer. Throws where it would reject. No signal is heeded: what has waited is
   * made when `assertWanted` does not throw then, called directly before.
   */
  signSoon?(
    data: Uint8Array,
    algorithm: SignatureAlgorithm,
    claimant?: Claimant,
    assertWanted?: () => void,
  ): Uint8Array | Promise<Uint8Array> | undefined;
  /**
   * Whether the other is this very key, where that does not follow from its public half: what is here of a security key's
   * key is only how to find it. Left out where it follows, as both were checked against it.
   */
  isSameAs?(other: PrivateKey): boolean;
  /** Wipes what can be wiped; later `sign` calls reject. */
  destroy(): void;
}
