// Whether what a store calls a signature is one.
import type { Claimant } from '../../basics/fair-queue.ts';
import type { CryptoOffload } from '../../keys/crypto-offload.ts';
import { MalformedMessageError, WireReader, WireWriter } from '../../keys/encoding/wire.ts';
import { rsaNumbersOf } from '../../keys/kinds/rsa/rsa-public-key.ts';
import type { PublicKey } from '../../keys/kinds/shared/public-key.ts';
import { paddedTo } from '../../keys/kinds/shared/signature-blob.ts';
import { verifySignature } from '../../keys/kinds/verify-signature.ts';
import type { StoreUse } from '../ports/key-store.ts';
import { RefusedError } from '../protocol/errors.ts';

function parts(signature: Uint8Array): { readonly algorithm: string; readonly raw: Uint8Array } | undefined {
  try {
    const reader = new WireReader(signature);
    return { algorithm: reader.readText(), raw: reader.readString() };
  } catch (error) {
    if (error instanceof MalformedMessageError) return undefined;
    throw error;
  }
}

/**
 * The signature as we would have made it: that of RSA is as long as the modulus, of which old signers drop leading zeros.
 * Rejects with RefusedError for what is no signature of the data by this key and algorithm.
 */
export async function goodSignature(
  publicKey: PublicKey,
  signature: Uint8Array,
  { data, algorithm }: Pick<StoreUse, 'data' | 'algorithm'>,
  { offload, claimant }: { readonly offload: CryptoOffload; readonly claimant: Claimant },
): Promise<Uint8Array> {
  const found = parts(signature);
  if (found?.algorithm !== algorithm)
    throw new RefusedError('where the key lives it signed by another algorithm than it was asked for');
  if (!(await verifySignature(publicKey, signature, data, offload, claimant, { allowSha1: true })))
    throw new RefusedError('where the key lives it made a signature that is not good');
  if (publicKey.type !== 'rsa') return signature;
  return new WireWriter()
    .text(algorithm)
    .string(paddedTo(rsaNumbersOf(publicKey).n.length, found.raw))
    .finish();
}
