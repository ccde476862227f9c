// What a security key signs and tells: authenticator data (WebAuthn, §6.1), with the public key of a new credential in COSE.
import { createHash } from 'node:crypto';
import type { SecurityKeyAlgorithm } from '../../keys/authenticator.ts';
import { CborReader } from '../../keys/encoding/cbor.ts';
import { DerReader } from '../../keys/encoding/der.ts';
import { equalBytes, MalformedMessageError, WireReader } from '../../keys/encoding/wire.ts';
import { paddedTo } from '../../keys/kinds/shared/signature-blob.ts';

/** The person touched it; it has verified who they are; a credential follows. */
export const authenticatorFlag = { userPresent: 0x01, userVerified: 0x04, attestedCredential: 0x40 } as const;

/** COSE (RFC 9053): kinds of keys, algorithms and curves. */
export const coseAlgorithm = { 'ecdsa-p256': -7, ed25519: -8 } as const;
const coseParameter = { keyType: 1, algorithm: 3, curve: -1, x: -2, y: -3 } as const;
const coseKeyType = { 'ecdsa-p256': 2, ed25519: 1 } as const;
const coseCurve = { 'ecdsa-p256': 1, ed25519: 6 } as const;

const coordinateBytes = 32;
const aaguidBytes = 16;

/** What stands before everything else. */
export interface AuthenticatorFacts {
  readonly flags: number;
  readonly counter: number;
}

function readFacts(reader: WireReader, application: string): AuthenticatorFacts {
  const relyingParty = createHash('sha256').update(application).digest();
  if (!equalBytes(reader.readBytes(relyingParty.length), relyingParty))
    throw new MalformedMessageError('answer of a security key for another application');
  return { flags: reader.readByte(), counter: reader.readUint32() };
}

/**
 * Those of a signature. Throws MalformedMessageError for what is none, for another application, or with extensions, which
 * are signed, too, and have no place in SSH's signature.
 */
export function readAuthenticatorFacts(data: Uint8Array, application: string): AuthenticatorFacts {
  const reader = new WireReader(data);
  const facts = readFacts(reader, application);
  reader.assertEnd();
  return facts;
}

/** The public key as SSH has it. Throws MalformedMessageError for a key of another algorithm, or none. */
export function readCoseKey(bytes: Uint8Array, algorithm: SecurityKeyAlgorithm): Uint8Array {
  const numbers = new Map<number, number>();
  const coordinates = new Map<number, Uint8Array>();
  const cbor = new CborReader(bytes);
  cbor.readMap((key) => {
    if (key === coseParameter.x || key === coseParameter.y) coordinates.set(key, cbor.readBytes());
    else if ([coseParameter.keyType, coseParameter.algorithm, coseParameter.curve].some((one) => one === key))
      numbers.set(key, cbor.readInteger());
    else return false;
    return true;
  });
  if (
    numbers.get(coseParameter.keyType) !== coseKeyType[algorithm] ||
    numbers.get(coseParameter.algorithm) !== coseAlgorithm[algorithm] ||
    numbers.get(coseParameter.curve) !== coseCurve[algorithm]
  )
    throw new MalformedMessageError('key of a security key is of another kind than was asked for');
  const names = algorithm === 'ed25519' ? [coseParameter.x] : [coseParameter.x, coseParameter.y];
  const [x, y] = names.map((name) => coordinates.get(name));
  if (names.some((name) => coordinates.get(name)?.length !== coordinateBytes) || x === undefined)
    throw new MalformedMessageError('key of a security key has no point');
  return y === undefined ? Uint8Array.from(x) : Uint8Array.of(4, ...x, ...y);
}

export interface AttestedCredential extends AuthenticatorFacts {
  readonly keyHandle: Uint8Array;
  readonly point: Uint8Array;
}

/** That of a new credential. Throws MalformedMessageError for what is none, or for another application or algorithm. */
export function readAttestedCredential(
  data: Uint8Array,
  application: string,
  algorithm: SecurityKeyAlgorithm,
): AttestedCredential {
  const reader = new WireReader(data);
  const facts = readFacts(reader, application);
  if ((facts.flags & authenticatorFlag.attestedCredential) === 0)
    throw new MalformedMessageError('answer of a security key without a key');
  reader.readBytes(aaguidBytes);
  const [high, low] = reader.readBytes(2) as unknown as [number, number];
  const keyHandle = Uint8Array.from(reader.readBytes(high * 256 + low));
  if (keyHandle.length === 0) throw new MalformedMessageError('key of a security key without a handle');
  return { ...facts, keyHandle, point: readCoseKey(reader.readRest(), algorithm) };
}

/** A signature as WebAuthn has it (§6.5.5), as SSH wants it: for ECDSA r and s of 32 bytes each instead of DER. */
export function rawSignature(signature: Uint8Array, algorithm: SecurityKeyAlgorithm): Uint8Array {
  if (algorithm === 'ed25519') {
    if (signature.length !== 2 * coordinateBytes) throw new MalformedMessageError('not an Ed25519 signature');
    return signature;
  }
  const outer = new DerReader(signature);
  const numbers = outer.readSequence();
  const r = numbers.readInteger();
  const s = numbers.readInteger();
  numbers.assertEnd();
  outer.assertEnd();
  return Uint8Array.of(...paddedTo(coordinateBytes, r), ...paddedTo(coordinateBytes, s));
}
