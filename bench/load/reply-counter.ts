// Replies in a stream of bytes, counted without being read.

const headerBytes = 4;

export class ReplyCounter {
  readonly #type: number;
  #headerSeen = 0;
  #length = 0;
  #bodyLeft = 0;
  #isAtType = false;

  /** Replies must begin with this byte. */
  constructor(type: number) {
    this.#type = type;
  }

  /** How many replies end in the first bytes of this chunk. Throws for one of another type, such as a failure. */
  feed(chunk: Uint8Array, length = chunk.length): number {
    let ended = 0;
    for (let at = 0; at < length; ) {
      if (this.#headerSeen < headerBytes) {
        this.#length = this.#length * 256 + (chunk[at] ?? 0);
        at += 1;
        this.#headerSeen += 1;
        if (this.#headerSeen < headerBytes) continue;
        this.#bodyLeft = this.#length;
        this.#isAtType = true;
        continue;
      }
      if (this.#isAtType && chunk[at] !== this.#type)
        throw new Error(`the agent answered with message ${chunk[at]} where ${this.#type} was expected`);
      this.#isAtType = false;
      const taken = Math.min(this.#bodyLeft, length - at);
      this.#bodyLeft -= taken;
      at += taken;
      if (this.#bodyLeft > 0) continue;
      ended += 1;
      this.#headerSeen = 0;
      this.#length = 0;
    }
    return ended;
  }
}
