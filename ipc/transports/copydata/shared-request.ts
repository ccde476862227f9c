// One client's request in the shared memory it named: whether it may be read at all, the copy of it, and the reply.

import { FileMapping } from '../../win32/mappings/file-mapping.ts';
import { holderOfSection } from '../../win32/mappings/section-holder.ts';
import { ownIntegrityLevel } from '../../win32/security/integrity-level.ts';
import { assertNotMadeBelow } from '../../win32/security/mandatory-label.ts';
import {
  LABEL_SECURITY_INFORMATION,
  OWNER_SECURITY_INFORMATION,
  securityOf,
} from '../../win32/security/object-security.ts';
import { FAILURE_BODY, frame } from '../streams/message-framing.ts';
import { MAX_REQUEST_BYTES, maxReplyBytesIn } from './copydata-messages.ts';

const HEADER_BYTES = 4;

/** A mapping that may hold a request. The client can change its memory at any time: each byte is read once. */
export class SharedRequest implements Disposable {
  /** Longest reply body that fits, and that the client takes. */
  readonly maxReplyBytes: number;
  /** A copy of the request's body; undefined when its length can't be right, which is answered by a failure. */
  readonly body: Uint8Array | undefined;
  readonly #mapping: FileMapping;

  private constructor(mapping: FileMapping, maxReplyBytes: number, body: Uint8Array | undefined) {
    this.#mapping = mapping;
    this.maxReplyBytes = maxReplyBytes;
    this.body = body;
  }

  /**
   * Opens the mapping and copies the request. Throws, and leaves the memory untouched, when there is no
   * such mapping, it is another user's, or it is too small for any message.
   */
  static open(name: string, acceptedOwners: readonly string[]): SharedRequest {
    const mapping = FileMapping.open(name);
    try {
      // SECURITY: before the memory is mapped, since nothing of another user's may be believed.
      assertOwnedByUs(mapping, acceptedOwners);
      const mappingBytes = mapping.map();
      const room = mappingBytes - HEADER_BYTES;
      if (room < 1) throw new Error('the mapping is too small for a message');
      const [a, b, c, d] = mapping.read(0, HEADER_BYTES) as unknown as [number, number, number, number];
      const length = ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
      // SECURITY: `length` and the body are each read once, so a client that changes them gains nothing.
      const readable = length <= room && length <= MAX_REQUEST_BYTES;
      const body = readable ? mapping.read(HEADER_BYTES, length) : undefined;
      return new SharedRequest(mapping, maxReplyBytesIn(mappingBytes), body);
    } catch (error: unknown) {
      mapping[Symbol.dispose]();
      throw error;
    }
  }

  /** Writes the reply over the request: a failure when it does not fit, never more than the client takes. */
  reply(body: Uint8Array): void {
    this.#mapping.write(0, frame(body.length <= this.maxReplyBytes ? body : FAILURE_BODY));
  }

  /** The process that has made the memory, as far as the system tells; `likely` ones are looked at first. */
  holder(likely: readonly number[]): number | undefined {
    return holderOfSection(this.#mapping.handle, likely);
  }

  /** True once the client has died or given the memory up. */
  get isAbandoned(): boolean {
    return this.#mapping.isAbandoned;
  }

  [Symbol.dispose](): void {
    // Empty by now if it was handed over; a request that was not may hold a private key.
    if (this.body && this.body.length > 0) this.body.fill(0);
    this.#mapping[Symbol.dispose]();
  }
}

/**
 * Throws unless the mapping's owner is one of the SIDs: anybody on the machine can make a mapping. Nor may a program of
 * lower integrity have made it, whose messages the system keeps from our window only while UAC is switched on.
 */
function assertOwnedByUs(mapping: FileMapping, acceptedOwners: readonly string[]): void {
  const { ownerSid, label } = securityOf(
    mapping.handle,
    OWNER_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION,
  );
  if (ownerSid === undefined || !acceptedOwners.includes(ownerSid))
    throw new Error('the mapping is another user’s');
  assertNotMadeBelow(label, ownIntegrityLevel());
}
