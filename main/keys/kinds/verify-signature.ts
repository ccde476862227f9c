// Verifies signatures by keys of every kind.
import type { Claimant } from '../../basics/fair-queue.ts';
import type { CryptoOffload } from '../crypto-offload.ts';
import { keyKinds } from './key-kinds.ts';
import type { PublicKey } from './shared/public-key.ts';
import { verifySignatureBlob } from './shared/signature-blob.ts';

/**
 * Whether `signatureBlob` is a good signature of `data` by `key` (its base key for a certificate).
 * RSA over SHA-1 (`ssh-rsa`) is good only with `allowSha1`. A malformed blob, and a key that the
 * runtime refuses, make a bad signature, not an error. Where it has to wait, it does so among the others' work, and
 * rejects when the claimant's signal is aborted.
 */
export function verifySignature(
  key: PublicKey,
  signatureBlob: Uint8Array,
  data: Uint8Array,
  offload: CryptoOffload,
  claimant?: Claimant,
  options?: { readonly allowSha1?: boolean },
): Promise<boolean> {
  return verifySignatureBlob(keyKinds[key.type], key, signatureBlob, data, offload, claimant, options);
}
