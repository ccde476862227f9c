// Ed25519 and Ed448 public keys and their signatures (RFC 8709).
import type { CryptoOffload } from '../../crypto-offload.ts';
import { der } from '../../encoding/der.ts';
import { MalformedMessageError } from '../../encoding/wire.ts';
import { keyOid } from '../shared/key-oids.ts';
import { verifyWithNode } from '../shared/node-public-key.ts';
import { numbersReader, PlainPublicKey } from '../shared/plain-public-key.ts';
import type { PublicKey } from '../shared/public-key.ts';
import type { RawSignature } from '../shared/signature-blob.ts';

export type EdwardsKeyType = 'ed25519' | 'ed448';

/** Of the point and of the seed. */
export const edwardsKeyBytes: Record<EdwardsKeyType, number> = { ed25519: 32, ed448: 57 };

const bits: Record<EdwardsKeyType, number> = { ed25519: 256, ed448: 448 };

/** Throws MalformedMessageError for a point of the wrong length. */
export function edwardsPublicKey(type: EdwardsKeyType, point: Uint8Array): PublicKey {
  // Whether the bytes are a point shows when a signature is verified; nothing is computed with them before.
  if (point.length !== edwardsKeyBytes[type])
    throw new MalformedMessageError('public key has the wrong length');
  return new PlainPublicKey(type, bits[type], (writer) => writer.string(point));
}

/** Of an Edwards key. A view into its blob. */
export function edwardsPointOf(key: PublicKey): Uint8Array {
  return numbersReader(key).readString();
}

export async function verifyEd25519(key: PublicKey, raw: RawSignature): Promise<boolean> {
  if (raw.signature.length !== 2 * edwardsKeyBytes.ed25519) return false;
  const spki = der.sequence(der.sequence(der.oid(keyOid.ed25519)), der.bitString(edwardsPointOf(key)));
  return await verifyWithNode(spki, raw);
}

/** On a worker: BoringSSL does not have Ed448. */
export async function verifyEd448(
  key: PublicKey,
  { signature, data, claimant }: RawSignature,
  offload: CryptoOffload,
): Promise<boolean> {
  if (signature.length !== 2 * edwardsKeyBytes.ed448) return false;
  return await offload.ed448Verify(edwardsPointOf(key), data, signature, claimant);
}
