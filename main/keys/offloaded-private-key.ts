// Private keys that node:crypto can't sign with in both runtimes (Ed448, DSA): held as bytes, signed by the offload.
import { assertFits } from './node-private-key.ts';
import type { PrivateKey, SignatureAlgorithm } from './private-key.ts';
import type { PublicKey } from './public-key.ts';
import type { SecretBytes } from './secret-bytes.ts';
import { WireWriter } from './wire.ts';

/** Owns its secret until `destroy()`. */
export class OffloadedPrivateKey implements PrivateKey {
  readonly publicKey: PublicKey;
  readonly #secret: SecretBytes;
  readonly #signRaw: (secret: Uint8Array, data: Uint8Array) => Promise<Uint8Array>;

  constructor(
    publicKey: PublicKey,
    secret: SecretBytes,
    signRaw: (secret: Uint8Array, data: Uint8Array) => Promise<Uint8Array>,
  ) {
    this.publicKey = publicKey;
    this.#secret = secret;
    this.#signRaw = signRaw;
  }

  async sign(data: Uint8Array, algorithm: SignatureAlgorithm): Promise<Uint8Array> {
    assertFits(this.publicKey, algorithm);
    const raw = await this.#signRaw(this.#secret.bytes, data);
    return new WireWriter().text(algorithm).string(raw).finish();
  }

  destroy(): void {
    this.#secret.wipe();
  }
}
