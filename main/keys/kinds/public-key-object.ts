// Public keys as node:crypto key objects, built as SubjectPublicKeyInfo (RFC 5280, RFC 5480, RFC 8410).
import { createPublicKey, type KeyObject } from 'node:crypto';
import { type DerValue, der, encodeDer } from '../encoding/der.ts';
import { UnsupportedKeyError } from '../key-errors.ts';
import { curves } from './key-types.ts';
import type { PublicKey } from './public-key.ts';
import { type PublicNumbers, publicNumbersOf } from './public-numbers.ts';

export const keyOid = {
  rsa: '1.2.840.113549.1.1.1',
  dsa: '1.2.840.10040.4.1',
  ec: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
  ed448: '1.3.101.113',
} as const;

/**
 * For keys that both runtimes can verify with: RSA, ECDSA, Ed25519; the others are a mistake of the caller's.
 * Throws UnsupportedKeyError when the runtime's cryptography refuses the key.
 */
export function publicKeyObject(key: PublicKey): KeyObject {
  const spki = encodeDer(subjectPublicKeyInfo(publicNumbersOf(key)));
  try {
    return createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    throw new UnsupportedKeyError('the cryptography of this program refuses the key');
  }
}

function subjectPublicKeyInfo(numbers: PublicNumbers): DerValue {
  switch (numbers.type) {
    case 'rsa': {
      const rsaPublicKey = encodeDer(der.sequence(der.integer(numbers.n), der.integer(numbers.e)));
      return der.sequence(der.sequence(der.oid(keyOid.rsa), der.null()), der.bitString(rsaPublicKey));
    }
    case 'ed25519':
      return der.sequence(der.sequence(der.oid(keyOid.ed25519)), der.bitString(numbers.point));
    case 'dsa':
    case 'ed448':
      throw new Error(`${numbers.type} keys are not for node:crypto`);
    default: {
      const algorithm = der.sequence(der.oid(keyOid.ec), der.oid(curves[numbers.type].oid));
      return der.sequence(algorithm, der.bitString(numbers.point));
    }
  }
}
