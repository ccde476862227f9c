// Private keys that node:crypto signs with, on the event loop or on its thread pool: RSA, ECDSA, Ed25519.
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import type { Claimant } from '../../../basics/fair-queue.ts';
import { monotonicMs } from '../../../basics/monotonic-ms.ts';
import { keyDropped } from '../../dropped-keys.ts';
import { WireWriter } from '../../encoding/wire.ts';
import { UnsupportedKeyError } from '../../key-errors.ts';
import { type SignatureAlgorithm, signatureHash } from './key-types.ts';
import type { PrivateKey } from './private-key.ts';
import type { PublicKey } from './public-key.ts';
import { type SignatureCost, signatureCost } from './signature-cost.ts';
import { briefBacklog, loopShare, threadPoolTurns } from './thread-pool-turns.ts';

/** A signature by a longer RSA key takes a tenth of a second and more (RSA-4096: about 5 ms). */
const longestCheapBits = 4096;
/**
 * What is signed is hashed first: of longer data that takes as long as the signature and, as messages may be long, thirty times
 * as long. SECURITY: nor do they say what others take; anybody could send the first few.
 */
const longestSmallBytes = 16 * 1024;

type EncodeSignature = (raw: Uint8Array) => Uint8Array;

/** A private key inside node:crypto, out of JavaScript's reach. */
export class NodePrivateKey implements PrivateKey {
  readonly publicKey: PublicKey;
  #key: KeyObject | undefined;
  readonly #cost: SignatureCost;
  readonly #encodeSignature: EncodeSignature;

  /** `encodeSignature` makes SSH's form of what node:crypto signs (of ECDSA DER), where they differ. */
  constructor(publicKey: PublicKey, key: KeyObject, encodeSignature: EncodeSignature = (raw) => raw) {
    this.publicKey = publicKey;
    this.#key = key;
    this.#encodeSignature = encodeSignature;
    this.#cost = signatureCost(publicKey);
  }

  async sign(data: Uint8Array, algorithm: SignatureAlgorithm, claimant?: Claimant): Promise<Uint8Array> {
    const soon = this.signSoon(data, algorithm, claimant);
    if (soon !== undefined) return await soon;
    const isDear = this.publicKey.bits > longestCheapBits;
    return await threadPoolTurns.run({ key: this, isDear, claimant }, () =>
      this.#signOnThreadPool(data, algorithm),
    );
  }

  signSoon(
    data: Uint8Array,
    algorithm: SignatureAlgorithm,
    claimant?: Claimant,
    assertWanted: () => void = () => {},
  ): Uint8Array | Promise<Uint8Array> | undefined {
    if (data.length > longestSmallBytes || !this.#cost.isBrief) return undefined;
    const elsewhere = async () => {
      assertWanted();
      return await this.#signOnThreadPool(data, algorithm);
    };
    if (!this.#cost.isSmall) return briefBacklog.run(claimant, this.#cost.poolMs, elsewhere);
    const here = () => {
      assertWanted();
      return this.#signOnLoop(data, algorithm);
    };
    return loopShare.run(claimant, { here, elsewhere });
  }

  /** The key object's memory is freed, and wiped by the library, when it is collected. */
  destroy(): void {
    this.#key = undefined;
    keyDropped();
  }

  /** SECURITY: looked at where it signs: nothing is signed with a key that was dropped while that waited. */
  get #held(): KeyObject {
    if (!this.#key) throw new Error('the key is no longer held');
    return this.#key;
  }

  #encode(algorithm: SignatureAlgorithm, raw: Uint8Array): Uint8Array {
    return new WireWriter().text(algorithm).string(this.#encodeSignature(raw)).finish();
  }

  #signOnLoop(data: Uint8Array, algorithm: SignatureAlgorithm): Uint8Array {
    const key = this.#held;
    const hash = hashFor(this.publicKey, algorithm);
    const sinceMs = monotonicMs();
    const signature = sign(hash, data, key);
    this.#cost.noteLoop(monotonicMs() - sinceMs);
    return this.#encode(algorithm, signature);
  }

  async #signOnThreadPool(data: Uint8Array, algorithm: SignatureAlgorithm): Promise<Uint8Array> {
    const hash = hashFor(this.publicKey, algorithm);
    const sinceMs = monotonicMs();
    const signature = await signOnThreadPool(hash, data, this.#held);
    if (data.length <= longestSmallBytes) this.#cost.notePool(monotonicMs() - sinceMs);
    return this.#encode(algorithm, signature);
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

/** As signatureHash; throws unless a key of this type can make signatures of this algorithm. */
export function hashFor(publicKey: PublicKey, algorithm: SignatureAlgorithm): string | null {
  const hash = signatureHash(publicKey.type, algorithm);
  if (hash === undefined) throw new Error(`${publicKey.type} keys can't make ${algorithm} signatures`);
  return hash;
}

/** With the key object alone, and so DER of ECDSA: node:crypto throws and catches errors to see what options are. */
function signOnThreadPool(hash: string | null, data: Uint8Array, key: KeyObject): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    sign(hash, data, key, (error, signature) => {
      if (error) reject(error);
      else resolve(signature);
    });
  });
}
