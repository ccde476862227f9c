// Reads the answer of an askpass program: its first line, bounded, as bytes that can be wiped.
import type { Readable } from 'node:stream';
import { SecretBytes } from '../keys/encoding/secret-bytes.ts';

const maxAnswerBytes = 4096;
const lineFeed = 10;
const carriageReturn = 13;

/** Collects what the program prints; chunks are wiped as soon as they are copied. */
export class AskpassAnswer {
  readonly #line = new Uint8Array(maxAnswerBytes);
  #length = 0;
  #complete = false;
  #tooLong = false;

  /** Attach before the program's first output. The stream is read to its end, so that the program never blocks. */
  readFrom(stdout: Readable): void {
    stdout.on('data', (chunk: Buffer) => {
      this.#take(chunk);
      chunk.fill(0);
    });
    // The program's exit decides; a broken pipe on the way is no news.
    stdout.on('error', () => {});
  }

  /** The first line without its end; undefined when it was too long to be meant. Call once. */
  finish(): SecretBytes | undefined {
    const answer = this.#tooLong ? undefined : SecretBytes.copyOf(this.#line.subarray(0, this.#length));
    this.#line.fill(0);
    return answer;
  }

  #take(chunk: Uint8Array): void {
    if (this.#complete || this.#tooLong) return;
    const end = chunk.findIndex((byte) => byte === lineFeed || byte === carriageReturn);
    const part = end === -1 ? chunk : chunk.subarray(0, end);
    if (this.#length + part.length > maxAnswerBytes) {
      this.#tooLong = true;
      return;
    }
    this.#line.set(part, this.#length);
    this.#length += part.length;
    this.#complete = end !== -1;
  }
}
