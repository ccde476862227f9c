// Private keys that node:crypto signs with on its thread pool: RSA, ECDSA, Ed25519.
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { Claimant } from '../../basics/fair-queue.ts';
import { keyDropped } from '../dropped-keys.ts';
import { WireWriter } from '../encoding/wire.ts';
import { UnsupportedKeyError } from '../key-errors.ts';
import type { SignatureAlgorithm } from './key-types.ts';
import { signatureSchemes } from './key-types.ts';
import type { PrivateKey } from './private-key.ts';
import type { PublicKey } from './public-key.ts';
import { mpintsOfP1363 } from './signature.ts';
import { threadPoolTurns } from './thread-pool-turns.ts';

/** A signature by a longer RSA key takes a tenth of a second and more (RSA-4096: about 5 ms). */
const longestCheapBits = 4096;

/** A private key inside node:crypto, out of JavaScript's reach. */
export class NodePrivateKey implements PrivateKey {
  readonly publicKey: PublicKey;
  #key: KeyObject | undefined;

  constructor(publicKey: PublicKey, key: KeyObject) {
    this.publicKey = publicKey;
    this.#key = key;
  }

  async sign(data: Uint8Array, algorithm: SignatureAlgorithm, claimant?: Claimant): Promise<Uint8Array> {
    const key = this.#key;
    if (!key) throw new Error('the key is no longer held');
    assertFits(this.publicKey, algorithm);
    const { hash } = signatureSchemes[algorithm];
    const work = { key: this, isDear: this.publicKey.bits > longestCheapBits, claimant };
    const raw = await threadPoolTurns.run(work, () => signOnThreadPool(hash, data, key));
    const isEcdsa = algorithm.startsWith('ecdsa-');
    return new WireWriter()
      .text(algorithm)
      .string(isEcdsa ? mpintsOfP1363(raw) : raw)
      .finish();
  }

  /** The key object's memory is freed, and wiped by the library, when it is collected. */
  destroy(): void {
    this.#key = undefined;
    keyDropped();
  }
}

/**
 * Imports a DER private key and wipes `encoded`, whatever comes of it.
 * Throws UnsupportedKeyError when the runtime's cryptography refuses it.
 */
export function importPrivateKey(encoded: Uint8Array, type: 'pkcs1' | 'sec1' | 'pkcs8'): KeyObject {
  try {
    const key = Buffer.from(encoded.buffer, encoded.byteOffset, encoded.length);
    return createPrivateKey({ key, format: 'der', type });
  } catch {
    throw new UnsupportedKeyError('the cryptography of this program refuses the key');
  } finally {
    encoded.fill(0);
  }
}

/** Throws unless a key of this type can make signatures of this algorithm. */
export function assertFits(publicKey: PublicKey, algorithm: SignatureAlgorithm): void {
  if (signatureSchemes[algorithm].type !== publicKey.type) {
    throw new Error(`${publicKey.type} keys can't make ${algorithm} signatures`);
  }
}

function signOnThreadPool(hash: string | null, data: Uint8Array, key: KeyObject): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    sign(hash, data, { key, dsaEncoding: 'ieee-p1363' }, (error, signature) => {
      if (error) reject(error);
      else resolve(signature);
    });
  });
}
