// What the agent holds once a key is in clear.
import type { Claimant } from '../../../basics/fair-queue.ts';
import type { SignatureAlgorithm } from './key-types.ts';
import type { PublicKey } from './public-key.ts';

/** A private key in clear. Its secret parts are never readable from JavaScript through this interface. */
export interface PrivateKey {
  /** The plain public half, never a certificate. */
  readonly publicKey: PublicKey;
  /**
   * Signs off the event loop; the result is the SSH signature blob (`string` algorithm, `string` signature). Where
   * it has to wait, it does so among the others' work, and rejects when the claimant's signal is aborted.
   */
  sign(data: Uint8Array, algorithm: SignatureAlgorithm, claimant?: Claimant): Promise<Uint8Array>;
  /** Wipes what can be wiped; later `sign` calls reject. */
  destroy(): void;
}
