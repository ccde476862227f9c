// SSH signature blobs: `string` algorithm, `string` signature (RFC 4253 §6.6, RFC 8332, RFC 5656, RFC 8709).
import type { Claimant } from '../../../basics/fair-queue.ts';
import type { CryptoOffload } from '../../crypto-offload.ts';
import { MalformedMessageError, WireReader } from '../../encoding/wire.ts';
import { UnsupportedKeyError } from '../../key-errors.ts';
import { signatureHash } from './key-types.ts';
import type { PublicKey } from './public-key.ts';

/** A signature of one of the key's own algorithms, without the algorithm's name. */
export interface RawSignature {
  /** Its name. */
  readonly algorithm: string;
  /** node:crypto's name; null where the scheme hashes by itself. */
  readonly hash: string | null;
  readonly signature: Uint8Array;
  /** What follows it in the blob: nothing, but for kinds that have a rest and read it themselves (`hasRest`). */
  readonly rest: Uint8Array;
  readonly data: Uint8Array;
  readonly claimant: Claimant | undefined;
}

/**
 * Whether it is a good signature by `key` (its base key for a certificate). Throws MalformedMessageError for what is
 * none at all, UnsupportedKeyError when the runtime refuses the key.
 */
export type VerifySignature = (
  key: PublicKey,
  signature: RawSignature,
  offload: CryptoOffload,
) => Promise<boolean>;

/** What a kind knows of its signatures. */
export interface SignatureVerifier {
  readonly verify: VerifySignature;
  /** Whether something follows the signature's `string` in its blob; left out: nothing may. */
  readonly hasRest?: boolean;
}

/** As verifySignature, by the `verify` of the key's kind. */
export async function verifySignatureBlob(
  { verify, hasRest = false }: SignatureVerifier,
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
    const rest = reader.readRest();
    const hash = signatureHash(key.type, algorithm);
    if ((rest.length > 0 && !hasRest) || hash === undefined || (algorithm === 'ssh-rsa' && !allowSha1))
      return false;
    return await verify(key, { algorithm, hash, signature, rest, data, claimant }, offload);
  } catch (error) {
    if (error instanceof MalformedMessageError || error instanceof UnsupportedKeyError) return false;
    throw error;
  }
}

/** A magnitude of fixed length. Throws MalformedMessageError when it is longer. */
export function paddedTo(length: number, magnitude: Uint8Array): Uint8Array {
  if (magnitude.length > length) throw new MalformedMessageError('number in signature is too large');
  const result = new Uint8Array(length);
  result.set(magnitude, length - magnitude.length);
  return result;
}
