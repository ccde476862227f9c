// A text file of the person, read again when it has changed; bounded, and never an error.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** A fifo in the file's place must not hold a thread until somebody writes to it. Windows has no such flag. */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export class WatchedTextFile {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #tooLong: (path: string) => void;
  #state = '';
  #text = '';

  /** More than `maxBytes` is not read: what comes after is as if it were not there, and `tooLong` is told. */
  constructor(path: string, maxBytes: number, tooLong: (path: string) => void) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#tooLong = tooLong;
  }

  /** What was last read. */
  get text(): string {
    return this.#text;
  }

  /** Reads the file if it has changed; says whether it had. A file that can't be read is an empty one. */
  async refresh(): Promise<boolean> {
    const before = this.#state;
    try {
      await this.#readIfChanged();
    } catch (error) {
      this.#state = `unreadable ${(error as NodeJS.ErrnoException).code}`;
      this.#text = '';
    }
    return this.#state !== before;
  }

  async #readIfChanged(): Promise<void> {
    const file = await open(this.#path, openFlags);
    try {
      const stats = await file.stat({ bigint: true });
      const state = stats.isFile() ? `${stats.ino} ${stats.size} ${stats.mtimeNs}` : 'no file';
      if (state === this.#state) return;
      const bytes = Buffer.alloc(stats.isFile() ? Math.min(Number(stats.size), this.#maxBytes) : 0);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      const isCut = Number(stats.size) > this.#maxBytes;
      // Where the file was cut, the last line is only half a line.
      const end = isCut ? bytes.lastIndexOf('\n') + 1 : bytesRead;
      this.#text = bytes.toString('utf8', 0, end);
      this.#state = state;
      if (isCut) this.#tooLong(this.#path);
    } finally {
      await file.close();
    }
  }
}
