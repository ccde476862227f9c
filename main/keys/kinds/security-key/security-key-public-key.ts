// Keys of security keys (OpenSSH's PROTOCOL.u2f): the public half, and what their signatures sign.
import { createHash } from 'node:crypto';
import type { SecurityKeyAlgorithm } from '../../authenticator.ts';
import { MalformedMessageError, WireReader } from '../../encoding/wire.ts';
import { UnsupportedKeyError } from '../../key-errors.ts';
import { curves } from '../ecdsa/curves.ts';
import { ecdsaPublicKey, readEcdsaPoint, verifyEcdsa } from '../ecdsa/ecdsa-public-key.ts';
import { edwardsPublicKey, verifyEd25519 } from '../edwards/edwards-public-key.ts';
import type { KeyType } from '../shared/key-types.ts';
import { numbersReader, PlainPublicKey } from '../shared/plain-public-key.ts';
import type { PublicKey } from '../shared/public-key.ts';
import type { RawSignature } from '../shared/signature-blob.ts';
import { readWebauthnMessage, webauthnAlgorithm } from './webauthn-message.ts';

export type SecurityKeyType = Extract<KeyType, `sk-${string}`>;

/** What a security key calls the algorithm. */
export const securityKeyAlgorithm: Readonly<Record<SecurityKeyType, SecurityKeyAlgorithm>> = {
  'sk-ed25519': 'ed25519',
  'sk-ecdsa-p256': 'ecdsa-p256',
};

/** In bytes. A relying party is a domain's name, of 253 at the most; OpenSSH's are `ssh:` and something short. */
export const maxApplicationBytes = 1024;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const isSecurityKey = (type: KeyType): type is SecurityKeyType =>
  Object.hasOwn(securityKeyAlgorithm, type);

/**
 * `point` is Ed25519's, or ECDSA's in uncompressed form. Throws MalformedMessageError where it is none, and for an
 * application that no middleware could be given; UnsupportedKeyError for one that is far too long.
 */
export function securityKeyPublicKey(
  type: SecurityKeyType,
  point: Uint8Array,
  application: Uint8Array,
): PublicKey {
  applicationText(application);
  // Throws for what is no point.
  innerKey(type, point);
  return new PlainPublicKey(type, 256, (writer) =>
    (type === 'sk-ed25519' ? writer : writer.text(curves['ecdsa-p256'].name))
      .string(point)
      .string(application),
  );
}

/** What is after the name of the kind, as views. */
export function readSecurityKeyNumbers(
  type: SecurityKeyType,
  reader: WireReader,
): { readonly point: Uint8Array; readonly application: Uint8Array } {
  return { point: readPoint(type, reader), application: reader.readString() };
}

/** The point alone, a view. */
export function readPoint(type: SecurityKeyType, reader: WireReader): Uint8Array {
  return type === 'sk-ed25519' ? reader.readString() : readEcdsaPoint('ecdsa-p256', reader);
}

/** The application of a key, as security keys are told it. */
export function applicationOf({ type, base }: PublicKey): string {
  return applicationText(readSecurityKeyNumbers(type as SecurityKeyType, numbersReader(base)).application);
}

/** SECURITY: C's middleware would read it up to the first NUL, and sign for another one. */
function applicationText(application: Uint8Array): string {
  if (application.length > maxApplicationBytes)
    throw new UnsupportedKeyError(
      `its application, by which the security key knows it, is longer than ${maxApplicationBytes} bytes`,
    );
  if (application.length === 0 || application.includes(0))
    throw new MalformedMessageError('application of a security key is empty or has a NUL in it');
  try {
    return utf8.decode(application);
  } catch {
    throw new MalformedMessageError('application of a security key is not UTF-8');
  }
}

/** As a key that is not of a security key, to verify with. */
function innerKey(type: SecurityKeyType, point: Uint8Array): PublicKey {
  return type === 'sk-ed25519' ? edwardsPublicKey('ed25519', point) : ecdsaPublicKey('ecdsa-p256', point);
}

const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest();

/** What is after the signature itself in its blob. */
interface SignatureRest {
  readonly flags: number;
  readonly counter: number;
}

function readRest(reader: WireReader): SignatureRest {
  return { flags: reader.readByte(), counter: reader.readUint32() };
}

/** What the security key signs for this message: the hash of the application, what the person did, and the counter. */
function signedBytes(
  application: Uint8Array,
  { flags, counter }: SignatureRest,
  extensions: Uint8Array,
  message: Uint8Array,
): Uint8Array {
  const rest = new Uint8Array(5);
  rest[0] = flags;
  new DataView(rest.buffer).setUint32(1, counter);
  return Uint8Array.of(...sha256(application), ...rest, ...extensions, ...sha256(message));
}

/**
 * SSH's own signatures and, of ECDSA, those that a browser makes. Whether the person touched the security key is not
 * asked: a host's key may need no touch, and where one was asked for, whoever asked sees to it.
 */
export async function verifySecurityKey(
  type: SecurityKeyType,
  key: PublicKey,
  raw: RawSignature,
): Promise<boolean> {
  const { point, application } = readSecurityKeyNumbers(type, numbersReader(key));
  const reader = new WireReader(raw.rest);
  const rest = readRest(reader);
  const { message, extensions } =
    raw.algorithm === webauthnAlgorithm
      ? readWebauthnMessage(reader, raw.data, rest.flags)
      : { message: raw.data, extensions: new Uint8Array() };
  reader.assertEnd();
  const inner = { ...raw, rest: new Uint8Array(), data: signedBytes(application, rest, extensions, message) };
  const innerPublicKey = innerKey(type, point);
  return type === 'sk-ed25519'
    ? await verifyEd25519(innerPublicKey, inner)
    : await verifyEcdsa('ecdsa-p256', innerPublicKey, inner);
}
