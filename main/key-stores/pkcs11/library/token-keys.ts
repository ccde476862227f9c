// The public keys on a token, from its public key objects and its X.509 certificates, as SSH has them.
import { X509Certificate } from 'node:crypto';
import { DerReader, derTag } from '../../../keys/encoding/der.ts';
import { equalBytes, MalformedMessageError } from '../../../keys/encoding/wire.ts';
import { UnsupportedKeyError } from '../../../keys/key-errors.ts';
import { type CurveKeyType, curves, uncompressedPoint } from '../../../keys/kinds/ecdsa/curves.ts';
import { ecdsaPublicKey } from '../../../keys/kinds/ecdsa/ecdsa-public-key.ts';
import { edwardsPublicKey } from '../../../keys/kinds/edwards/edwards-public-key.ts';
import { rsaPublicKey } from '../../../keys/kinds/rsa/rsa-public-key.ts';
import { keyOid } from '../../../keys/kinds/shared/key-oids.ts';
import type { PublicKey } from '../../../keys/kinds/shared/public-key.ts';
import { type Cryptoki, type Template, ulongBytesOf, ulongOf } from './cryptoki.ts';
import { attribute, CKC_X_509, keyType, objectClass } from './cryptoki-numbers.ts';
import { maxKeysPerToken } from './token-messages.ts';

/** A key of which the token has a public half. */
export interface KeyOnToken {
  readonly publicKey: PublicKey;
  /** CKA_ID, by which the private half is found. */
  readonly id: Uint8Array;
  readonly label: string;
}

/** Ed25519 as CKA_EC_PARAMS has it: by its identifiers (RFC 8410 and an older one), or by its name. */
const ed25519Oids: readonly string[] = [keyOid.ed25519, '1.3.6.1.4.1.11591.15.1'];
const printableString = 0x13;
const ed25519Name = new TextEncoder().encode('edwards25519');

type Attributes = readonly (Uint8Array | undefined)[];

function isEd25519(parameters: Uint8Array): boolean {
  const reader = new DerReader(parameters);
  if (reader.peekTag() === printableString) return equalBytes(reader.read(printableString), ed25519Name);
  return ed25519Oids.includes(reader.readOid());
}

/** The standard wants an OCTET STRING around the point; some tokens leave it out. */
function pointIn(value: Uint8Array, isWhole: (point: Uint8Array) => boolean): Uint8Array {
  return isWhole(value) ? value : new DerReader(value).read(derTag.octetString);
}

function ecKey(parameters: Uint8Array, point: Uint8Array): PublicKey {
  const oid = new DerReader(parameters).readOid();
  const [type, curve] =
    Object.entries(curves).find(([, candidate]) => candidate.oid === oid) ??
    ([undefined, undefined] as const);
  if (type === undefined) throw new UnsupportedKeyError('an elliptic curve that SSH does not know');
  const isWhole = (bytes: Uint8Array) => bytes.length === 1 + 2 * curve.fieldBytes;
  return ecdsaPublicKey(type as CurveKeyType, uncompressedPoint(curve, pointIn(point, isWhole)));
}

/** Of a public key object. Throws for what is none of SSH's kinds. */
function keyOfObject([type, n, e, parameters, point]: Attributes): PublicKey {
  switch (ulongOf(type)) {
    case keyType.RSA:
      if (n && e) return rsaPublicKey({ n: withoutZeros(n), e: withoutZeros(e) });
      break;
    case keyType.EC:
      if (parameters && point) return ecKey(parameters, point);
      break;
    case keyType.EC_EDWARDS:
      if (parameters && point && isEd25519(parameters))
        return edwardsPublicKey(
          'ed25519',
          pointIn(point, ({ length }) => length === 32),
        );
  }
  throw new UnsupportedKeyError('a kind of key that SSH does not know');
}

function withoutZeros(number: Uint8Array): Uint8Array {
  const start = number.findIndex((byte) => byte !== 0);
  return start < 0 ? number : number.subarray(start);
}

/** The key of an X.509 certificate, by its SubjectPublicKeyInfo (RFC 5280 §4.1.2.7). */
function keyOfCertificate(certificate: Uint8Array): PublicKey {
  const spki = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  const info = new DerReader(spki).readSequence();
  const algorithm = info.readSequence();
  const oid = algorithm.readOid();
  const bits = info.readBitString();
  if (oid === keyOid.ed25519) return edwardsPublicKey('ed25519', bits);
  if (oid === keyOid.rsa) {
    const numbers = new DerReader(bits).readSequence();
    return rsaPublicKey({ n: numbers.readInteger(), e: numbers.readInteger() });
  }
  if (oid !== keyOid.ec) throw new UnsupportedKeyError('a kind of key that SSH does not know');
  const curve = algorithm.readOid();
  const [type] = Object.entries(curves).find(([, candidate]) => candidate.oid === curve) ?? [];
  if (type === undefined) throw new UnsupportedKeyError('an elliptic curve that SSH does not know');
  return ecdsaPublicKey(type as CurveKeyType, bits);
}

const readKey = (read: () => PublicKey): PublicKey | undefined => {
  try {
    return read();
  } catch (error) {
    // A token may have any keys, of which some are not for SSH; node:crypto throws errors of its own for a bad certificate.
    const { code } = error as NodeJS.ErrnoException;
    const isOfData = error instanceof MalformedMessageError || error instanceof UnsupportedKeyError;
    if (isOfData || code?.startsWith('ERR_')) return undefined;
    throw error;
  }
};

const labelText = new TextDecoder();
const classIs = (value: bigint): Template[number] => [attribute.CLASS, ulongBytesOf(value)];

/** Where a public key and a certificate have the same key, it is listed once, by the public key's label. */
export function keysOnToken(library: Cryptoki, session: bigint): readonly KeyOnToken[] {
  const found = new Map<string, KeyOnToken>();
  const add = (publicKey: PublicKey | undefined, id = new Uint8Array(), label = new Uint8Array()) => {
    if (publicKey === undefined) return;
    const text = Buffer.from(publicKey.blob).toString('latin1');
    if (!found.has(text)) found.set(text, { publicKey, id, label: labelText.decode(label).slice(0, 200) });
  };
  for (const object of library.find(session, [classIs(objectClass.PUBLIC_KEY)], maxKeysPerToken)) {
    const [id, label, ...key] = library.attributes(session, object, [
      ...[attribute.ID, attribute.LABEL, attribute.KEY_TYPE],
      ...[attribute.MODULUS, attribute.PUBLIC_EXPONENT, attribute.EC_PARAMS, attribute.EC_POINT],
    ]);
    add(
      readKey(() => keyOfObject(key)),
      id as Uint8Array<ArrayBuffer>,
      label as Uint8Array<ArrayBuffer>,
    );
  }
  const x509: Template = [
    classIs(objectClass.CERTIFICATE),
    [attribute.CERTIFICATE_TYPE, ulongBytesOf(CKC_X_509)],
  ];
  for (const object of library.find(session, x509, maxKeysPerToken)) {
    const [id, label, value] = library.attributes(session, object, [
      attribute.ID,
      attribute.LABEL,
      attribute.VALUE,
    ]);
    if (value)
      add(
        readKey(() => keyOfCertificate(value)),
        id as Uint8Array<ArrayBuffer>,
        label as Uint8Array<ArrayBuffer>,
      );
  }
  return [...found.values()].slice(0, maxKeysPerToken);
}
