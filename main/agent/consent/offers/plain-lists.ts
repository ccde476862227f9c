// The list for a connection of which no host is known, made once: clients ask for it far more often than it changes.
import type { Connection } from '../../facts/connection.ts';
import { limits } from '../../limits/limits.ts';
import { messageNumber } from '../../protocol/message-numbers.ts';
import { listHeaderBytes, listReply } from '../../protocol/replies.ts';
import { type Stretch, sameValidity } from '../../ring/certificate-ends.ts';
import type { Identity } from '../../ring/identity.ts';

/** A list with all that it was made of, each of which is looked at again before it is given out. */
interface MadeList {
  /** The ring's own array, which is another one after each change. */
  readonly identities: readonly Identity[];
  /** As certificates begin and end by the time of day, which may be set in either direction. */
  readonly stretch: Stretch;
  /** When a key is encrypted again by itself, on the clock's scale: its timer may be late. */
  readonly openUntilMs: number;
  /** Undefined where no channel has room for it: keys may be long, and there may be a thousand. */
  readonly shared: PlainList | undefined;
}

/** A whole list, as a reply to which nobody may write. */
export interface PlainList {
  readonly count: number;
  readonly reply: Uint8Array;
}

interface ListParts {
  readonly keyRing: { readonly identities: readonly Identity[] };
  readonly clock: { elapsedMs(): number };
  readonly now: () => Date;
  /** What the connection is offered where its host is not known, the most useful first. */
  readonly offered: (connection: Connection, now: Date) => readonly Identity[];
}

/** Whether a list of all of them does. */
export function fits(identities: readonly Identity[], maxReplyBytes: number): boolean {
  return identities.reduce((sum, { listEntry }) => sum + listEntry.length, listHeaderBytes) <= maxReplyBytes;
}

/**
 * SECURITY: what a connection may know of depends on what it was bound to, and on whether it may have the person asked. The
 * one keeps it away from here, and by the other there are two lists; nobody gets the list of another kind of connection.
 */
export class PlainLists {
  readonly #parts: ListParts;
  #forAnybody: MadeList | undefined;
  /** For who may not have the person asked. */
  #forUnasked: MadeList | undefined;

  constructor(parts: ListParts) {
    this.#parts = parts;
  }

  /**
   * Undefined where it is not the same for all such connections: keys that live elsewhere are shown by what their place says
   * of a connection.
   */
  listFor(connection: Connection): PlainList | undefined {
    if (connection.bindings.isOfSshSession) return undefined;
    const { mayPrompt } = connection.peer;
    const known = mayPrompt ? this.#forAnybody : this.#forUnasked;
    if (known && this.#holds(known)) return known.shared;
    const made = this.#make(connection);
    if (mayPrompt) this.#forAnybody = made;
    else this.#forUnasked = made;
    return made?.shared;
  }

  #holds({ identities, stretch, openUntilMs }: MadeList): boolean {
    const { keyRing, clock, now } = this.#parts;
    if (keyRing.identities !== identities) return false;
    if (openUntilMs !== Number.POSITIVE_INFINITY && clock.elapsedMs() >= openUntilMs) return false;
    const { fromMs, untilMs } = stretch;
    if (fromMs === Number.NEGATIVE_INFINITY && untilMs === Number.POSITIVE_INFINITY) return true;
    const nowMs = now().getTime();
    return fromMs <= nowMs && nowMs < untilMs;
  }

  #make(connection: Connection): MadeList | undefined {
    const { keyRing, now } = this.#parts;
    if (keyRing.identities.some(({ key }) => key.store !== undefined)) return undefined;
    const time = now();
    const offered = this.#parts.offered(connection, time);
    // After that, which may have found that a key is to be encrypted again.
    const { identities } = keyRing;
    const entries = offered.map(({ listEntry }) => listEntry);
    return {
      identities,
      stretch: sameValidity(identities, time),
      openUntilMs: Math.min(...identities.map(({ key }) => key.openUntilMs)),
      shared: fits(offered, limits.replyBytes)
        ? { count: offered.length, reply: listReply(messageNumber.SSH_AGENT_IDENTITIES_ANSWER, entries) }
        : undefined,
    };
  }
}
