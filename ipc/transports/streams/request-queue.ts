// Requests of one connection that wait for their turn, with the memory they hold.

/** What one queued request costs beside its bytes; keeps a flood of empty messages bounded too. */
const OVERHEAD_BYTES = 512;
const COMPACT_AFTER = 1024;
const TAKEN = new Uint8Array(0);

export class RequestQueue {
  #requests: Uint8Array[] = [];
  /** Index of the oldest request: `Array.shift` on a long array would move all the others each time. */
  #head = 0;
  #bytes = 0;

  /** Memory held, in bytes, overhead included. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#head === this.#requests.length;
  }

  add(request: Uint8Array): void {
    this.#requests.push(request);
    this.#bytes += request.length + OVERHEAD_BYTES;
  }

  /** Removes and returns the oldest request. */
  take(): Uint8Array | undefined {
    const request = this.#requests[this.#head];
    if (request === undefined) return undefined;
    // SECURITY: or what was taken long ago, and counts no more, would stay here: 256 MiB of a queue that is never empty.
    this.#requests[this.#head++] = TAKEN;
    this.#bytes -= request.length + OVERHEAD_BYTES;
    if (this.isEmpty || this.#head >= COMPACT_AFTER) {
      this.#requests = this.#requests.slice(this.#head);
      this.#head = 0;
    }
    return request;
  }

  /** Zeroes and drops everything: requests may hold private keys and passphrases. */
  wipe(): void {
    for (const request of this.#requests.slice(this.#head)) request.fill(0);
    this.#requests = [];
    this.#head = 0;
    this.#bytes = 0;
  }
}
