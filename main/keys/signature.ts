// SSH signature blobs: `string` algorithm, `string` signature (RFC 4253 §6.6, RFC 8332, RFC 5656, RFC 8709).
import type { CryptoOffload } from './crypto-offload.ts';
import type { PublicKey } from './public-key.ts';

/**
 * Whether `signatureBlob` is a good signature of `data` by `key` (its base key for a certificate).
 * SHA-1 (`ssh-rsa`) is never good. A malformed blob is a bad signature, not an error.
 */
export async function verifySignature(
  key: PublicKey,
  signatureBlob: Uint8Array,
  data: Uint8Array,
  offload: CryptoOffload,
): Promise<boolean> {
  throw new Error(`being written ${key.bits} ${signatureBlob.length} ${data.length} ${typeof offload}`);
}
