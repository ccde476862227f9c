// Public keys that node:crypto verifies with on its thread pool, in both runtimes: RSA, ECDSA, Ed25519.
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { type DerValue, encodeDer } from '../../encoding/der.ts';
import { UnsupportedKeyError } from '../../key-errors.ts';
import type { RawSignature } from './signature-blob.ts';
import { threadPoolTurns } from './thread-pool-turns.ts';

/** Verifications together count as one key, so that a flood of them leaves a place to signatures. */
const allVerifications = Symbol('verifications');

/**
 * `subjectPublicKeyInfo` is the key as RFC 5280 §4.1 has it, an ECDSA signature is r‖s.
 * Throws UnsupportedKeyError when the runtime's cryptography refuses the key.
 */
export function verifyWithNode(
  subjectPublicKeyInfo: DerValue,
  { hash, signature, data, claimant }: RawSignature,
): Promise<boolean> {
  const work = { key: allVerifications, isDear: false, claimant };
  const key = importPublicKey(subjectPublicKeyInfo);
  return threadPoolTurns.run(work, () => verifyOnThreadPool(hash, data, key, signature));
}

function importPublicKey(subjectPublicKeyInfo: DerValue): KeyObject {
  const encoded = encodeDer(subjectPublicKeyInfo);
  try {
    return createPublicKey({ key: Buffer.from(encoded), format: 'der', type: 'spki' });
  } catch {
    throw new UnsupportedKeyError('the cryptography of this program refuses the key');
  }
}

function verifyOnThreadPool(
  hash: string | null,
  data: Uint8Array,
  key: KeyObject,
  signature: Uint8Array,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, signature, (error, good) => {
      if (error) reject(error);
      else resolve(good);
    });
  });
}
