// The curves of ECDSA (RFC 5656 §10.1) and the points on them (SEC 1 §2.3).
import { ECDH } from 'node:crypto';
import { MalformedMessageError } from '../../encoding/wire.ts';
import type { KeyType } from '../shared/key-types.ts';

export interface Curve {
  /** As in key blobs. */
  readonly name: string;
  readonly cryptoName: string;
  readonly oid: string;
  readonly bits: number;
  readonly fieldBytes: number;
}

export type CurveKeyType = Extract<KeyType, `ecdsa-${string}`>;

export const curves: Record<CurveKeyType, Curve> = {
  'ecdsa-p256': {
    name: 'nistp256',
    cryptoName: 'prime256v1',
    oid: '1.2.840.10045.3.1.7',
    bits: 256,
    fieldBytes: 32,
  },
  'ecdsa-p384': {
    name: 'nistp384',
    cryptoName: 'secp384r1',
    oid: '1.3.132.0.34',
    bits: 384,
    fieldBytes: 48,
  },
  'ecdsa-p521': {
    name: 'nistp521',
    cryptoName: 'secp521r1',
    oid: '1.3.132.0.35',
    bits: 521,
    fieldBytes: 66,
  },
};

/** The uncompressed form of a point in any SEC 1 form but the point at infinity; checks that it is on the curve. */
export function uncompressedPoint(curve: Curve, point: Uint8Array): Uint8Array {
  const form = point[0] ?? 0;
  // OpenSSL's hybrid form: whole, and the sign of the compressed form all the same. BoringSSL does not read it.
  const isHybrid = form >> 1 === 3 && ((point.at(-1) ?? 0) & 1) === (form & 1);
  const isWhole = (form === 4 || isHybrid) && point.length === 1 + 2 * curve.fieldBytes;
  const isCompressed = (form === 2 || form === 3) && point.length === 1 + curve.fieldBytes;
  if (!isWhole && !isCompressed) throw new MalformedMessageError('point has an unknown form or length');
  try {
    const readable = isHybrid ? Uint8Array.of(4, ...point.subarray(1)) : point;
    const buffer = ECDH.convertKey(readable, curve.cryptoName, undefined, undefined, 'uncompressed');
    return Uint8Array.from(buffer as Buffer);
  } catch {
    throw new MalformedMessageError('point is not on its curve');
  }
}
