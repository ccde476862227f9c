// ECDSA public keys and their signatures (RFC 5656 §3.1).
import { DerReader, der } from '../../encoding/der.ts';
import { MalformedMessageError, WireReader, WireWriter } from '../../encoding/wire.ts';
import { keyOid } from '../shared/key-oids.ts';
import { verifyWithNode } from '../shared/node-public-key.ts';
import { numbersReader, PlainPublicKey } from '../shared/plain-public-key.ts';
import type { PublicKey } from '../shared/public-key.ts';
import { paddedTo, type RawSignature } from '../shared/signature-blob.ts';
import { type CurveKeyType, curves, uncompressedPoint } from './curves.ts';

/** `point` in SEC 1's uncompressed form: 04, X, Y. Throws MalformedMessageError when it is none of the curve's. */
export function ecdsaPublicKey(type: CurveKeyType, point: Uint8Array): PublicKey {
  if (point[0] !== 4) throw new MalformedMessageError('point is not in uncompressed form');
  const curve = curves[type];
  uncompressedPoint(curve, point);
  return new PlainPublicKey(type, curve.bits, (writer) => writer.text(curve.name).string(point));
}

/** The point after the name of its curve, a view, unchecked. Throws MalformedMessageError for another curve's name. */
export function readEcdsaPoint(type: CurveKeyType, reader: WireReader): Uint8Array {
  if (reader.readText() !== curves[type].name)
    throw new MalformedMessageError('curve and key algorithm differ');
  return reader.readString();
}

/** Of an ECDSA key. A view into its blob. */
export function ecdsaPointOf(key: PublicKey): Uint8Array {
  return readEcdsaPoint(key.type as CurveKeyType, numbersReader(key));
}

export async function verifyEcdsa(type: CurveKeyType, key: PublicKey, raw: RawSignature): Promise<boolean> {
  const curve = curves[type];
  const signature = p1363OfMpints(curve.fieldBytes, raw.signature);
  const algorithm = der.sequence(der.oid(keyOid.ec), der.oid(curve.oid));
  return await verifyWithNode(der.sequence(algorithm, der.bitString(ecdsaPointOf(key))), {
    ...raw,
    signature,
  });
}

/** RFC 5656 §3.1.2 to fixed-length r‖s. */
function p1363OfMpints(length: number, signature: Uint8Array): Uint8Array {
  const reader = new WireReader(signature);
  const [r, s] = [reader.readMpint(), reader.readMpint()];
  reader.assertEnd();
  return Uint8Array.of(...paddedTo(length, r), ...paddedTo(length, s));
}

/** Fixed-length r‖s to RFC 5656 §3.1.2. */
export function mpintsOfP1363(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2;
  return new WireWriter().mpint(signature.subarray(0, half)).mpint(signature.subarray(half)).finish();
}

/** As `mpintsOfP1363`, of an Ecdsa-Sig-Value (RFC 3279 §2.2.3). */
export function mpintsOfDer(signature: Uint8Array): Uint8Array {
  const numbers = new DerReader(signature).readSequence();
  return new WireWriter().mpint(numbers.readInteger()).mpint(numbers.readInteger()).finish();
}
