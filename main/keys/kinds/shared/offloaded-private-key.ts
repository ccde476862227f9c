// Private keys that node:crypto can't sign with in both runtimes (Ed448, DSA): held as bytes, signed by the offload.

import type { Claimant } from '../../../basics/fair-queue.ts';
import { keyDropped } from '../../dropped-keys.ts';
import type { SecretBytes } from '../../encoding/secret-bytes.ts';
import { WireWriter } from '../../encoding/wire.ts';
import type { SignatureAlgorithm } from './key-types.ts';
import { hashFor } from './node-private-key.ts';
import type { PrivateKey } from './private-key.ts';
import type { PublicKey } from './public-key.ts';

type SignRaw = (secret: Uint8Array, data: Uint8Array, claimant?: Claimant) => Promise<Uint8Array>;

/** Owns its secret until `destroy()`. */
export class OffloadedPrivateKey implements PrivateKey {
  readonly publicKey: PublicKey;
  readonly #secret: SecretBytes;
  readonly #signRaw: SignRaw;

  constructor(publicKey: PublicKey, secret: SecretBytes, signRaw: SignRaw) {
    this.publicKey = publicKey;
    this.#secret = secret;
    this.#signRaw = signRaw;
  }

  async sign(data: Uint8Array, algorithm: SignatureAlgorithm, claimant?: Claimant): Promise<Uint8Array> {
    hashFor(this.publicKey, algorithm);
    const raw = await this.#signRaw(this.#secret.bytes, data, claimant);
    return new WireWriter().text(algorithm).string(raw).finish();
  }

  destroy(): void {
    this.#secret.wipe();
    keyDropped();
  }
}
