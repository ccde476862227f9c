// Elliptic curves that a key file spells out by their numbers (SEC 1 §C.2), as some smart cards and old OpenSSL do.
import { toBigInt } from '../../encoding/big-integer.ts';
import { type DerReader, derTag } from '../../encoding/der.ts';
import { MalformedMessageError } from '../../encoding/wire.ts';
import { type CurveKeyType, curves, uncompressedPoint } from '../../kinds/ecdsa/curves.ts';
import { curveNumbers } from './curve-numbers.ts';

const primeField = '1.2.840.10045.1.1';

/**
 * The curve of an ECParameters, whose SEQUENCE is next; undefined when it is none of ours. SECURITY: every number
 * counts: on a curve that differs in its base point alone, anybody can have a private key for a public one.
 */
export function readExplicitCurve(reader: DerReader): CurveKeyType | undefined {
  const parameters = reader.readSequence();
  parameters.readSmallInteger(); // the version says only whether a seed is there
  const field = parameters.readSequence();
  if (field.readOid() !== primeField) return undefined;
  const p = toBigInt(field.readInteger());
  const curve = parameters.readSequence();
  const [a, b] = [toBigInt(curve.read(derTag.octetString)), toBigInt(curve.read(derTag.octetString))];
  const base = parameters.read(derTag.octetString);
  const n = toBigInt(parameters.readInteger());
  const h = parameters.atEnd ? 1n : toBigInt(parameters.readInteger());
  const type = (Object.keys(curves) as CurveKeyType[]).find((each) => curveNumbers[each].p === p);
  if (type === undefined) return undefined;
  const known = curveNumbers[type];
  const isSame = a === known.a && b === known.b && n === known.n && h === known.h;
  return isSame && isBasePoint(type, base) ? type : undefined;
}

function isBasePoint(type: CurveKeyType, point: Uint8Array): boolean {
  const { Gx, Gy } = curveNumbers[type];
  try {
    const whole = uncompressedPoint(curves[type], point);
    const { fieldBytes } = curves[type];
    return (
      toBigInt(whole.subarray(1, 1 + fieldBytes)) === Gx && toBigInt(whole.subarray(1 + fieldBytes)) === Gy
    );
  } catch (error) {
    if (error instanceof MalformedMessageError) return false;
    throw error;
  }
}
