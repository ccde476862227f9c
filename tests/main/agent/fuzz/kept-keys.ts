// Which keys the agent may have lost since it was last looked at: those removed, and those whose lifetime is over.
import type { KeySummary } from '../../../../main/agent/ring/key-administration.ts';
import { WireReader } from '../../../../main/keys/encoding/wire.ts';

const idOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

/** An add with these bytes may have a lifetime of zero seconds, and so take away the key that it replaces. */
const noTime = Buffer.of(1, 0, 0, 0, 0);
const mayAddForNoTime = (message: Uint8Array) =>
  (message[0] === 25 || message[0] === 27) && Buffer.from(message).includes(noTime);

interface Kept {
  /** When the key may be gone, on the clock's scale. */
  readonly mayEndMs: number;
}

export class KeptKeys {
  #kept = new Map<string, Kept>();
  #removed = new Set<string>();
  #allRemoved = false;

  /** A request that was sent; it may be carried out at any time until it is answered. */
  noteRequest(message: Uint8Array): void {
    if (message[0] === 19 || mayAddForNoTime(message)) this.#allRemoved = true;
    if (message[0] !== 18) return;
    try {
      this.noteRemoved(new WireReader(message.subarray(1)).readString());
    } catch {
      // Removes nothing.
    }
  }

  noteRemoved(blob: Uint8Array): void {
    this.#removed.add(idOf(blob));
  }

  /** Answers the keys that are gone without a reason; `pending` are the requests that are still to be carried out. */
  lostBy(nowMs: number, present: readonly KeySummary[], pending: readonly Uint8Array[]): readonly string[] {
    const before = this.#kept;
    this.#kept = new Map(
      present.map(({ blob, secondsLeft = Number.POSITIVE_INFINITY }) => [
        idOf(blob),
        // Seconds are told rounded up.
        { mayEndMs: nowMs + (secondsLeft - 1) * 1000 },
      ]),
    );
    const lost = [...before].filter(
      ([id, { mayEndMs }]) =>
        !this.#kept.has(id) && !this.#allRemoved && !this.#removed.has(id) && nowMs < mayEndMs,
    );
    this.#removed = new Set();
    this.#allRemoved = false;
    for (const request of pending) this.noteRequest(request);
    return lost.map(([id]) => id);
  }
}
