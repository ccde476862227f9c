// A private key of the agent that a person named, with its certificates.

import type { ListedKey } from '../../../client/agent-replies.ts';
import { commentInList, describeBlob } from './describe-key.ts';

/** One private key of the agent: its plain listing and those of its certificates. */
export interface FoundKey {
  /** Plain key first, then certificates in the agent's order; at least one. */
  readonly entries: readonly [ListedKey, ...ListedKey[]];
}

/** `key SHA256:… comment`: which one it was, whatever word it was named by. */
export function describeFoundKey({ entries: [{ blob, comment }, ...others] }: FoundKey): string {
  const { fingerprint, publicKey } = describeBlob(blob);
  const kind = publicKey?.certificate ? 'certificate' : 'key';
  const more =
    others.length > 0
      ? `, with ${others.length === 1 ? 'its certificate' : `its ${others.length} certificates`}`
      : '';
  return `${kind} ${fingerprint} ${commentInList(comment)}${more}`;
}
