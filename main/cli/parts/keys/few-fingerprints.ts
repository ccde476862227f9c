// The fingerprints that a command shows.
import { sha256 } from '@noble/hashes/sha2.js';
import { fingerprintText, sha256Fingerprint } from '../../../keys/kinds/shared/fingerprint.ts';

/** What can be hashed here while node:crypto is still being loaded: ten blocks of SHA-256. */
let bytesLeft = 640;

/** `sha256Fingerprint`, for the first few of a program without node:crypto, whose loading takes longer than a whole list. */
export function fingerprintOf(blob: Uint8Array): string {
  if (blob.length > bytesLeft) return sha256Fingerprint(blob);
  bytesLeft -= blob.length;
  return fingerprintText(Buffer.from(sha256(blob)).toString('base64'));
}
