// Requests of one connection that wait for their turn, with the memory they hold.
import { wipeRequest } from './message-framing.ts';

/** What one queued request costs beside its bytes; keeps a flood of empty messages bounded too. */
const OVERHEAD_BYTES = 512;
const COMPACT_AFTER = 1024;
/** Places that an empty queue keeps, so that none are made for the next request. */
const KEPT_PLACES = 16;
const TAKEN = new Uint8Array(0);

export class RequestQueue {
  #requests: Uint8Array[] = [];
  /** Behind the latest request: an empty queue has places from there on that are used again. */
  #end = 0;
  /** Index of the oldest request: `Array.shift` on a long array would move all the others each time. */
  #head = 0;
  #bytes = 0;

  /** Memory held, in bytes, overhead included. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#head === this.#end;
  }

  add(request: Uint8Array): void {
    this.#requests[this.#end++] = request;
    this.#bytes += request.length + OVERHEAD_BYTES;
  }

  /** Removes and returns the oldest request. */
  take(): Uint8Array | undefined {
    if (this.isEmpty) return undefined;
    const request = this.#requests[this.#head] as Uint8Array;
    // SECURITY: or what was taken long ago, and counts no more, would stay here: 256 MiB of a queue that is never empty.
    this.#requests[this.#head++] = TAKEN;
    this.#bytes -= request.length + OVERHEAD_BYTES;
    if (this.isEmpty && this.#end <= KEPT_PLACES) this.#head = this.#end = 0;
    else if (this.isEmpty || this.#head >= COMPACT_AFTER) this.#compact();
    return request;
  }

  #compact(): void {
    this.#requests = this.#requests.slice(this.#head, this.#end);
    this.#head = 0;
    this.#end = this.#requests.length;
  }

  /** Zeroes and drops everything: requests may hold private keys and passphrases. */
  wipe(): void {
    if (this.isEmpty) return;
    for (const request of this.#requests.slice(this.#head, this.#end)) wipeRequest(request);
    this.#requests = [];
    this.#head = this.#end = 0;
    this.#bytes = 0;
  }
}
