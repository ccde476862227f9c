// Which keys come back at the next start.
import type { KeySummary } from '../agent/ring/key-administration.ts';

/**
 * Whether a key comes back at the next start. A lifetime would begin anew then, and a restriction to
 * destinations is not kept, so such keys don't.
 */
export function isRestorable(key: KeySummary): boolean {
  return key.hasEncryptedFile && key.secondsLeft === undefined && key.permittedSteps === undefined;
}
