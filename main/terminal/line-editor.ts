// One line typed in raw mode, kept as bytes that can be wiped: the state behind the terminal prompt.
import { SecretBytes } from '../keys/encoding/secret-bytes.ts';

const maxLineBytes = 4096;
const key = {
  ctrlC: 0x03,
  ctrlD: 0x04,
  backspace: 0x08,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  ctrlU: 0x15,
  escape: 0x1b,
  delete: 0x7f,
} as const;

export type LineState = 'open' | 'entered' | 'cancelled' | 'interrupted';

/** Takes typed bytes: Enter ends, Ctrl-C interrupts, Ctrl-D and Escape alone cancel, Backspace and Ctrl-U correct. */
export class LineEditor {
  readonly #bytes = new Uint8Array(maxLineBytes);
  #length = 0;

  /** Feeds what was read in one go. Bytes after the end of the line are dropped, as they were meant for someone else. */
  type(typed: Uint8Array): LineState {
    // Arrow and function keys send Escape and more; they edit nothing here.
    if (typed[0] === key.escape) return typed.length === 1 ? 'cancelled' : 'open';
    for (const byte of typed) {
      if (byte === key.carriageReturn || byte === key.lineFeed) return 'entered';
      if (byte === key.ctrlC) return 'interrupted';
      if (byte === key.ctrlD) return 'cancelled';
      if (byte === key.backspace || byte === key.delete) this.#removeLastCharacter();
      else if (byte === key.ctrlU) this.#shorten(0);
      else if (this.#length === maxLineBytes) return 'cancelled';
      else this.#bytes[this.#length++] = byte;
    }
    return 'open';
  }

  /** A copy of the line so far. */
  line(): SecretBytes {
    return SecretBytes.copyOf(this.#bytes.subarray(0, this.#length));
  }

  wipe(): void {
    this.#shorten(0);
  }

  #removeLastCharacter(): void {
    let start = this.#length;
    // A UTF-8 character is its lead byte and the continuation bytes (10xxxxxx) after it.
    do start--;
    while (start > 0 && ((this.#bytes[start] as number) & 0xc0) === 0x80);
    this.#shorten(Math.max(start, 0));
  }

  #shorten(length: number): void {
    this.#bytes.fill(0, length, this.#length);
    this.#length = length;
  }
}
