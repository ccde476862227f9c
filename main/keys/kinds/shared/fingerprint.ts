// Fingerprints as ssh-keygen -l and PuTTY print them. For a certificate ssh-keygen hashes its base key's blob,
// and PuTTY can show that and the whole certificate's: the caller chooses the blob.
import { createHash } from 'node:crypto';

/** `SHA256:` and unpadded base64, of a digest in base64. */
export const fingerprintText = (digest: string): string => `SHA256:${digest.replaceAll('=', '')}`;

/** The fingerprint of `blob` by SHA-256. */
export function sha256Fingerprint(blob: Uint8Array): string {
  return fingerprintText(createHash('sha256').update(blob).digest('base64'));
}

/** `MD5:` and colon-separated lower-case hex. */
export function md5Fingerprint(blob: Uint8Array): string {
  const hex = createHash('md5').update(blob).digest('hex');
  return `MD5:${hex.replace(/..(?=.)/g, '$&:')}`;
}
