// How large what this page sends may be. The main process checks again.
import type { bounds as contractBounds } from '../../../ipc/contract/bounds.ts';

/** Those of the contract, of which pages may import types only: what differs from it does not compile. */
export const bounds = {
  keyFileBytes: 1024 * 1024,
  fileNameCharacters: 255,
  commentCharacters: 1024,
  applicationCharacters: 256,
  passphraseBytes: 4096,
  searchCharacters: 200,
  conditionCharacters: 8192,
  hostCharacters: 1024,
  activityPage: 500,
} as const satisfies Partial<typeof contractBounds>;
