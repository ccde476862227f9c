// Which keys come back at the next start, where encrypted files are kept for it.
import type { KeySummary } from './key-administration.ts';

/** Not one with a lifetime, which would begin anew then; nor one that several lists of destinations must permit at once. */
export function isRestorable(key: KeySummary): boolean {
  return key.hasEncryptedFile && key.secondsLeft === undefined && (key.restrictions?.length ?? 0) <= 1;
}
