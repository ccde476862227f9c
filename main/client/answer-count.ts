// Counts requests and answers that pass by (RFC 9987 §3: a uint32 length, then so many bytes), without keeping any.
import { withinLimit } from '../basics/waiting.ts';

/** Counts the messages of one direction. */
class MessageCount {
  #header = 0;
  #headerBytes = 0;
  #bodyLeft = 0;
  #complete = 0;

  /** Messages that have passed whole. */
  get complete(): number {
    return this.#complete;
  }

  see(chunk: Uint8Array): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#headerBytes < 4) {
        this.#header = this.#header * 256 + (chunk[offset++] as number);
        if (++this.#headerBytes < 4) continue;
        this.#bodyLeft = this.#header;
      } else {
        const passing = Math.min(this.#bodyLeft, chunk.length - offset);
        offset += passing;
        this.#bodyLeft -= passing;
      }
      if (this.#bodyLeft === 0) this.#finish();
    }
  }

  #finish(): void {
    this.#complete++;
    this.#header = 0;
    this.#headerBytes = 0;
  }
}

/** Knows how many answers are still to come. */
export class AnswerCount {
  readonly #requests = new MessageCount();
  readonly #answers = new MessageCount();
  #wake = () => {};

  get missing(): number {
    return this.#requests.complete - this.#answers.complete;
  }

  sent(chunk: Uint8Array): void {
    this.#requests.see(chunk);
  }

  received(chunk: Uint8Array): void {
    this.#answers.see(chunk);
    if (this.missing <= 0) this.#wake();
  }

  /** Resolves when no answer is missing, at the latest after `limitMs`. */
  async complete(limitMs: number): Promise<void> {
    if (this.missing <= 0) return;
    const complete = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    await withinLimit(complete, limitMs, () => {});
  }
}
