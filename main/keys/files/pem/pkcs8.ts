// PrivateKeyInfo (RFC 5208, RFC 5958) and the traditional layouts inside it and beside it (RFC 8017, RFC 5915).
import { stripLeadingZeros } from '../../encoding/big-integer.ts';
import { DerReader, derTag } from '../../encoding/der.ts';
import { MalformedMessageError } from '../../encoding/wire.ts';
import { UnsupportedKeyError } from '../../key-errors.ts';
import { dsaPublicNumber } from '../../kinds/dsa/dsa.ts';
import { DsaPrivateKeyFields } from '../../kinds/dsa/dsa-private-key.ts';
import { assertDsaSizes, dsaPublicKey } from '../../kinds/dsa/dsa-public-key.ts';
import { type CurveKeyType, curves, uncompressedPoint } from '../../kinds/ecdsa/curves.ts';
import { EcdsaPrivateKeyFields, publicKeyOfScalar } from '../../kinds/ecdsa/ecdsa-private-key.ts';
import { ecdsaPublicKey } from '../../kinds/ecdsa/ecdsa-public-key.ts';
import { EdwardsPrivateKeyFields } from '../../kinds/edwards/edwards-private-key.ts';
import { type EdwardsKeyType, edwardsPublicKey } from '../../kinds/edwards/edwards-public-key.ts';
import { publicKeyOfSeed } from '../../kinds/edwards/edwards-seed.ts';
import { recoverPrimes } from '../../kinds/rsa/rsa-primes.ts';
import { RsaPrivateKeyFields } from '../../kinds/rsa/rsa-private-key.ts';
import { rsaPublicKey } from '../../kinds/rsa/rsa-public-key.ts';
import { keyOid } from '../../kinds/shared/key-oids.ts';
import type { PrivateKeyFields } from '../../kinds/shared/private-key-fields.ts';
import { readExplicitCurve } from './explicit-curve.ts';

const contextZero = 0xa0;
const contextOne = 0xa1;
/** `[1] IMPLICIT BIT STRING`. */
const implicitPublicKey = 0x81;
/** p, q, g, y and x. */
const dsaIntegers = 5;

export type PrivateKeyLayout = 'pkcs8' | 'pkcs1' | 'sec1' | 'dsa';

const readers: Record<PrivateKeyLayout, (encoded: Uint8Array) => PrivateKeyFields> = {
  pkcs8: readPkcs8,
  pkcs1: readPkcs1,
  sec1: readSec1,
  dsa: readTraditionalDsa,
};

/**
 * Reads a private key of any layout, told by its contents: what stands around it may say another one, and OpenSSL takes
 * it all the same. Throws as the core's parsers do; copies the secrets.
 */
export function readPrivateKey(encoded: Uint8Array): { layout: PrivateKeyLayout; fields: PrivateKeyFields } {
  const layout = layoutOf(onlySequence(encoded));
  return { layout, fields: readers[layout](encoded) };
}

function layoutOf(sequence: DerReader): PrivateKeyLayout {
  sequence.readSmallInteger();
  if (sequence.peekTag() === derTag.sequence) return 'pkcs8';
  if (sequence.peekTag() === derTag.octetString) return 'sec1';
  let integers = 0;
  for (; sequence.peekTag() === derTag.integer; integers++) sequence.readInteger();
  return integers === dsaIntegers ? 'dsa' : 'pkcs1';
}

/** Reads a PrivateKeyInfo of version 0 or 1. Throws as the core's parsers do; copies the secrets. */
export function readPkcs8(encoded: Uint8Array): PrivateKeyFields {
  const info = onlySequence(encoded);
  const version = info.readSmallInteger();
  if (version > 1) throw new UnsupportedKeyError(`PKCS #8 version ${version + 1} is not known`);
  const algorithm = info.readSequence();
  const oid = algorithm.readOid();
  const privateKey = info.read(derTag.octetString);
  info.readOptional(contextZero); // attributes
  const publicKey = info.peekTag() === implicitPublicKey ? info.readBitString(implicitPublicKey) : undefined;
  info.assertEnd();
  switch (oid) {
    case keyOid.rsa:
      return readPkcs1(privateKey);
    case keyOid.ec:
      return readSec1(privateKey, curveOf(algorithm));
    case keyOid.dsa:
      return readDsaScalar(algorithm.readSequence(), privateKey);
    case keyOid.ed25519:
      return readEdwardsSeed('ed25519', privateKey, publicKey);
    case keyOid.ed448:
      return readEdwardsSeed('ed448', privateKey, publicKey);
    default:
      throw new UnsupportedKeyError(describeOid(oid));
  }
}

/** RSAPrivateKey, RFC 8017 §A.1.2. */
export function readPkcs1(encoded: Uint8Array): PrivateKeyFields {
  const sequence = onlySequence(encoded);
  if (sequence.readSmallInteger() !== 0)
    throw new UnsupportedKeyError('RSA keys of more than two primes are not supported');
  const [n, e, d, p, q] = Array.from({ length: 5 }, () => sequence.readInteger()) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  for (let i = 0; i < 3; i++) sequence.readInteger(); // the CRT values, always computed anew
  sequence.assertEnd();
  const publicKey = rsaPublicKey({ n, e });
  if (p.length > 0 && q.length > 0) return new RsaPrivateKeyFields(publicKey, { d, p, q });
  const primes = recoverPrimes(n, e, d);
  const fields = new RsaPrivateKeyFields(publicKey, { d, p, q, ...primes });
  primes?.p.fill(0);
  primes?.q.fill(0);
  return fields;
}

/** ECPrivateKey, RFC 5915 §3. `outerCurve` is what a PKCS #8 wrapper said. */
export function readSec1(encoded: Uint8Array, outerCurve?: CurveKeyType): PrivateKeyFields {
  const sequence = onlySequence(encoded);
  if (sequence.readSmallInteger() !== 1) throw new MalformedMessageError('unknown ECPrivateKey version');
  const scalar = sequence.read(derTag.octetString);
  const parameters = sequence.readOptional(contextZero);
  const innerCurve = parameters && curveOf(new DerReader(parameters));
  const type = outerCurve ?? innerCurve;
  if (!type || (innerCurve && innerCurve !== type))
    throw new MalformedMessageError('curve missing or ambiguous');
  const publicPart = sequence.readOptional(contextOne);
  sequence.assertEnd();
  if (!publicPart) return new EcdsaPrivateKeyFields(publicKeyOfScalar(type, scalar), scalar);
  const point = uncompressedPoint(curves[type], new DerReader(publicPart).readBitString());
  return new EcdsaPrivateKeyFields(ecdsaPublicKey(type, point), scalar);
}

/** OpenSSL's traditional DSA layout: version, p, q, g, y, x. */
function readTraditionalDsa(encoded: Uint8Array): PrivateKeyFields {
  const sequence = onlySequence(encoded);
  if (sequence.readSmallInteger() !== 0) throw new MalformedMessageError('unknown DSA key version');
  const [p, q, g] = [sequence.readInteger(), sequence.readInteger(), sequence.readInteger()];
  const [y, x] = [sequence.readInteger(), sequence.readInteger()];
  sequence.assertEnd();
  return new DsaPrivateKeyFields(dsaPublicKey({ p, q, g, y }), x);
}

/** A file's value, a SEQUENCE. What follows it is no part of the key, and OpenSSL does not look at it either. */
export function onlySequence(encoded: Uint8Array): DerReader {
  return new DerReader(encoded).readSequence();
}

function readDsaScalar(parameters: DerReader, privateKey: Uint8Array): PrivateKeyFields {
  const [p, q, g] = [parameters.readInteger(), parameters.readInteger(), parameters.readInteger()];
  const x = new DerReader(privateKey).readInteger();
  assertDsaSizes({ p, q });
  // Bounds the exponentiation before anything else is known about the numbers.
  if (x.length > 20 || (p.at(-1) as number) % 2 === 0) {
    throw new MalformedMessageError('impossible DSA key');
  }
  const y = stripLeadingZeros(dsaPublicNumber({ p, g }, x));
  return new DsaPrivateKeyFields(dsaPublicKey({ p, q, g, y }), x);
}

/** RFC 8410 §7: an OCTET STRING in the OCTET STRING. */
function readEdwardsSeed(
  type: EdwardsKeyType,
  privateKey: Uint8Array,
  publicKey: Uint8Array | undefined,
): PrivateKeyFields {
  const inner = new DerReader(privateKey);
  const seed = inner.read(derTag.octetString);
  inner.assertEnd();
  const key = publicKey ? edwardsPublicKey(type, publicKey) : publicKeyOfSeed(type, seed);
  return new EdwardsPrivateKeyFields(key, seed);
}

function curveOf(parameters: DerReader): CurveKeyType {
  const type =
    parameters.peekTag() === derTag.sequence ? readExplicitCurve(parameters) : namedCurve(parameters);
  if (type === undefined)
    throw new UnsupportedKeyError('only the curves P-256, P-384 and P-521 are supported');
  return type;
}

function namedCurve(parameters: DerReader): CurveKeyType | undefined {
  const oid = parameters.readOid();
  return (Object.keys(curves) as CurveKeyType[]).find((type) => curves[type].oid === oid);
}

function describeOid(oid: string): string {
  if (oid === '1.3.101.110' || oid === '1.3.101.111') {
    return 'X25519 and X448 keys are for key agreement, they cannot sign';
  }
  if (oid === '1.2.840.113549.1.1.10') return 'RSA keys bound to PSS signatures cannot sign for SSH';
  return `keys of the kind ${oid} are not supported`;
}
