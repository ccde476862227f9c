// The numbers in a plain public key blob, and the checks that keep hostile ones out.
import { ECDH } from 'node:crypto';
import { bitLength, toBigInt } from '../encoding/big-integer.ts';
import { MalformedMessageError, WireReader, WireWriter } from '../encoding/wire.ts';
import { UnsupportedKeyError } from '../key-errors.ts';
import type { KeyType } from './key-types.ts';
import { type Curve, type CurveKeyType, curves, edwardsKeyBytes, plainAlgorithms } from './key-types.ts';
import type { PublicKey } from './public-key.ts';

export interface RsaNumbers {
  readonly type: 'rsa';
  readonly n: Uint8Array;
  readonly e: Uint8Array;
}
export interface DsaPublicNumbers {
  readonly type: 'dsa';
  readonly p: Uint8Array;
  readonly q: Uint8Array;
  readonly g: Uint8Array;
  readonly y: Uint8Array;
}
export interface CurvePoint {
  readonly type: CurveKeyType;
  /** SEC 1 uncompressed form: 04, X, Y. */
  readonly point: Uint8Array;
}
export interface EdwardsPoint {
  readonly type: 'ed25519' | 'ed448';
  readonly point: Uint8Array;
}
export type PublicNumbers = RsaNumbers | DsaPublicNumbers | CurvePoint | EdwardsPoint;

/** Reads what follows the algorithm name (in a certificate: the nonce). Views, unchecked. */
export function readPublicNumbers(type: KeyType, reader: WireReader): PublicNumbers {
  switch (type) {
    case 'rsa': {
      const e = reader.readMpint();
      return { type, e, n: reader.readMpint() };
    }
    case 'dsa': {
      const [p, q, g, y] = [reader.readMpint(), reader.readMpint(), reader.readMpint(), reader.readMpint()];
      return { type, p, q, g, y };
    }
    case 'ed25519':
    case 'ed448':
      return { type, point: reader.readString() };
    default:
      assertCurveName(curves[type], reader.readText());
      return { type, point: reader.readString() };
  }
}

/** The numbers of a key (of a certificate: its base key). Views into its blob. */
export function publicNumbersOf(key: PublicKey): PublicNumbers {
  const reader = new WireReader(key.base.blob);
  reader.readString();
  return readPublicNumbers(key.type, reader);
}

/** Throws MalformedMessageError unless a blob's curve name is the one its algorithm stands for. */
export function assertCurveName(curve: Curve, name: string): void {
  if (name !== curve.name) throw new MalformedMessageError('curve and key algorithm differ');
}

/** The plain public key blob. */
export function encodePublicNumbers(numbers: PublicNumbers): Uint8Array {
  const writer = new WireWriter().text(plainAlgorithms[numbers.type]);
  switch (numbers.type) {
    case 'rsa':
      return writer.mpint(numbers.e).mpint(numbers.n).finish();
    case 'dsa':
      return writer.mpint(numbers.p).mpint(numbers.q).mpint(numbers.g).mpint(numbers.y).finish();
    case 'ed25519':
    case 'ed448':
      return writer.string(numbers.point).finish();
    default:
      return writer.text(curves[numbers.type].name).string(numbers.point).finish();
  }
}

/** Throws MalformedMessageError for impossible numbers, UnsupportedKeyError for sizes out of bounds. */
export function assertSoundNumbers(numbers: PublicNumbers): void {
  switch (numbers.type) {
    case 'rsa':
      assertSoundRsa(numbers);
      return;
    case 'dsa':
      assertSoundDsa(numbers);
      return;
    case 'ed25519':
    case 'ed448':
      // Whether the bytes are a point shows when a signature is verified; nothing is computed with them before.
      if (numbers.point.length !== edwardsKeyBytes[numbers.type]) {
        throw new MalformedMessageError('public key has the wrong length');
      }
      return;
    default:
      if (numbers.point[0] !== 4) throw new MalformedMessageError('point is not in uncompressed form');
      uncompressedPoint(curves[numbers.type], numbers.point);
  }
}

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

/** Size in bits as ssh-keygen counts. */
export function sizeInBits(numbers: PublicNumbers): number {
  switch (numbers.type) {
    case 'rsa':
      return bitLength(numbers.n);
    case 'dsa':
      return bitLength(numbers.p);
    case 'ed25519':
      return 256;
    case 'ed448':
      return 448;
    default:
      return curves[numbers.type].bits;
  }
}

function assertSoundRsa({ n, e }: RsaNumbers): void {
  const bits = bitLength(n);
  if (bits < 1024 || bits > 16_384) {
    throw new UnsupportedKeyError(`RSA keys of ${bits} bits are not supported; 1024 to 16384 are`);
  }
  if (isEven(n) || isEven(e) || bitLength(e) < 2) throw new MalformedMessageError('impossible RSA key');
  // BoringSSL refuses longer exponents, and a long one makes each verification expensive.
  if (bitLength(e) > 33)
    throw new UnsupportedKeyError('RSA keys with a public exponent over 33 bits are not supported');
}

/** Throws UnsupportedKeyError for DSA numbers of a size that SSH has no signatures of. */
export function assertDsaSizes({ p, q }: Pick<DsaPublicNumbers, 'p' | 'q'>): void {
  const bits = bitLength(p);
  // RFC 4253 §6.6 fixes the signature at two 160-bit numbers.
  if (bits < 1024 || bits > 4096 || bitLength(q) !== 160)
    throw new UnsupportedKeyError(
      `SSH has DSA keys with a modulus of 1024 to 4096 bits and a subgroup of 160 only, and this one has ${bits} and ${bitLength(q)}; make a key of another kind`,
    );
}

function assertSoundDsa({ p, q, g, y }: DsaPublicNumbers): void {
  assertDsaSizes({ p, q });
  const [P, Q, G, Y] = [toBigInt(p), toBigInt(q), toBigInt(g), toBigInt(y)];
  const isSound = !isEven(p) && !isEven(q) && (P - 1n) % Q === 0n && G > 1n && G < P && Y > 1n && Y < P;
  if (!isSound) throw new MalformedMessageError('impossible DSA key');
}

function isEven(magnitude: Uint8Array): boolean {
  return ((magnitude.at(-1) ?? 0) & 1) === 0;
}
