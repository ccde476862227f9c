// How one text became another by a change in one place, to be taken back byte for byte.
import { createHash } from 'node:crypto';

/** Base64 of the bytes that went; those that came are told by their number. */
export interface Splice {
  readonly at: number;
  readonly removed: string;
  readonly added: number;
  /** Hex SHA-256 of the whole after the change. */
  readonly after: string;
}

const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function commonStart(a: Uint8Array, b: Uint8Array, max: number): number {
  let length = 0;
  while (length < max && a[length] === b[length]) length++;
  return length;
}

/** `before` in the terms of `after`. */
export function spliceOf(before: Uint8Array, after: Uint8Array): Splice {
  const shorter = Math.min(before.length, after.length);
  const at = commonStart(before, after, shorter);
  const tail = commonStart(before.toReversed(), after.toReversed(), shorter - at);
  return {
    at,
    removed: Buffer.from(before.subarray(at, before.length - tail)).toString('base64'),
    added: after.length - tail - at,
    after: hashOf(after),
  };
}

/** What was there before the change; undefined where `now` is not what it has left. */
export function takeBack(now: Uint8Array, { at, removed, added, after }: Splice): Buffer | undefined {
  if (hashOf(now) !== after) return undefined;
  return Buffer.concat([now.subarray(0, at), Buffer.from(removed, 'base64'), now.subarray(at + added)]);
}
