// What the agent holds once a key is in clear.
import type { Claimant } from '../../basics/fair-queue.ts';
import type { PublicKey } from './public-key.ts';

/** Signature algorithm names of RFC 4253, RFC 8332, RFC 5656 and RFC 8709. */
export type SignatureAlgorithm =
  | 'ssh-rsa'
  | 'rsa-sha2-256'
  | 'rsa-sha2-512'
  | 'ssh-dss'
  | 'ecdsa-sha2-nistp256'
  | 'ecdsa-sha2-nistp384'
  | 'ecdsa-sha2-nistp521'
  | 'ssh-ed25519'
  | 'ssh-ed448';

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
