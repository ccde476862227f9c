// SSH signature blobs: `string` algorithm, `string` signature (RFC 4253 §6.6, RFC 8332, RFC 5656, RFC 8709).
import { type KeyObject, verify } from 'node:crypto';
import type { Claimant } from '../../basics/fair-queue.ts';
import type { CryptoOffload } from '../crypto-offload.ts';
import { MalformedMessageError, WireReader, WireWriter } from '../encoding/wire.ts';
import { UnsupportedKeyError } from '../key-errors.ts';
import { type CurveKeyType, curves, signatureScheme } from './key-types.ts';
import type { PublicKey } from './public-key.ts';
import { publicKeyObject } from './public-key-object.ts';
import { publicNumbersOf } from './public-numbers.ts';
import { threadPoolTurns } from './thread-pool-turns.ts';

/**
 * Whether `signatureBlob` is a good signature of `data` by `key` (its base key for a certificate).
 * RSA over SHA-1 (`ssh-rsa`) is good only with `allowSha1`. A malformed blob, and a key that the
 * runtime refuses, make a bad signature, not an error. Where it has to wait, it does so among the others' work, and
 * rejects when the claimant's signal is aborted.
 */
export async function verifySignature(
  key: PublicKey,
  signatureBlob: Uint8Array,
  data: Uint8Array,
  offload: CryptoOffload,
  claimant?: Claimant,
  { allowSha1 = false } = {},
): Promise<boolean> {
  try {
    const reader = new WireReader(signatureBlob);
    const algorithm = reader.readText();
    const signature = reader.readString();
    reader.assertEnd();
    const scheme = signatureScheme(algorithm);
    if (scheme?.type !== key.type || (algorithm === 'ssh-rsa' && !allowSha1)) return false;
    return await verifyRaw(key, { hash: scheme.hash, signature, data, claimant }, offload);
  } catch (error) {
    if (error instanceof MalformedMessageError || error instanceof UnsupportedKeyError) return false;
    throw error;
  }
}

interface Verification {
  readonly hash: string | null;
  readonly signature: Uint8Array;
  readonly data: Uint8Array;
  readonly claimant: Claimant | undefined;
}

async function verifyRaw(key: PublicKey, check: Verification, offload: CryptoOffload): Promise<boolean> {
  const numbers = publicNumbersOf(key);
  const { signature, data, claimant } = check;
  switch (numbers.type) {
    case 'dsa':
      return signature.length === 40 && (await offload.dsaVerify(numbers, data, signature, claimant));
    case 'ed448':
      return (
        signature.length === 114 && (await offload.ed448Verify(numbers.point, data, signature, claimant))
      );
    case 'ed25519':
      return signature.length === 64 && (await verifyInTurn(key, check));
    case 'rsa':
      return await verifyInTurn(key, { ...check, signature: padded(signature, numbers.n.length) });
    default:
      return await verifyInTurn(key, { ...check, signature: p1363OfMpints(numbers.type, signature) });
  }
}

/** Verifications together count as one key, so that a flood of them leaves a place to signatures. */
const allVerifications = Symbol('verifications');

function verifyInTurn(key: PublicKey, { hash, signature, data, claimant }: Verification): Promise<boolean> {
  const work = { key: allVerifications, isDear: false, claimant };
  const object = publicKeyObject(key);
  return threadPoolTurns.run(work, () => verifyOnThreadPool(hash, data, object, signature));
}

function verifyOnThreadPool(
  hash: string | null,
  data: Uint8Array,
  key: KeyObject,
  signature: Uint8Array,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    verify(hash, data, { key, dsaEncoding: 'ieee-p1363' }, signature, (error, good) => {
      if (error) reject(error);
      else resolve(good);
    });
  });
}

/** RFC 5656 §3.1.2 to fixed-length r‖s. */
function p1363OfMpints(type: CurveKeyType, signature: Uint8Array): Uint8Array {
  const length = curves[type].fieldBytes;
  const reader = new WireReader(signature);
  const [r, s] = [reader.readMpint(), reader.readMpint()];
  reader.assertEnd();
  return Uint8Array.of(...padded(r, length), ...padded(s, length));
}

/** Fixed-length r‖s to RFC 5656 §3.1.2. */
export function mpintsOfP1363(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2;
  return new WireWriter().mpint(signature.subarray(0, half)).mpint(signature.subarray(half)).finish();
}

/** RFC 8332 §3 lets old signers drop leading zero bytes of an RSA signature. */
function padded(magnitude: Uint8Array, length: number): Uint8Array {
  if (magnitude.length > length) throw new MalformedMessageError('number in signature is too large');
  const result = new Uint8Array(length);
  result.set(magnitude, length - magnitude.length);
  return result;
}
