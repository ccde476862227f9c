// A text file of the person, read again when it has changed; bounded, and never an error.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** More than that is not read: 4 MiB are some 25,000 host keys. */
export const maxFileBytes = 4 * 1024 * 1024;

/** A fifo in the file's place must not hold a thread until somebody writes to it. Windows has no such flag. */
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

export class WatchedTextFile {
  readonly #path: string;
  #state = '';
  #lines: readonly string[] = [];

  constructor(path: string) {
    this.#path = path;
  }

  /** The lines as they were last read. */
  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Reads the file if it has changed; says whether it had. A file that can't be read has no lines. */
  async refresh(): Promise<boolean> {
    const before = this.#state;
    try {
      await this.#readIfChanged();
    } catch (error) {
      this.#state = `unreadable ${(error as NodeJS.ErrnoException).code}`;
      this.#lines = [];
    }
    return this.#state !== before;
  }

  async #readIfChanged(): Promise<void> {
    const file = await open(this.#path, openFlags);
    try {
      const stats = await file.stat({ bigint: true });
      const state = stats.isFile() ? `${stats.ino} ${stats.size} ${stats.mtimeNs}` : 'no file';
      if (state === this.#state) return;
      const bytes = Buffer.alloc(stats.isFile() ? Math.min(Number(stats.size), maxFileBytes) : 0);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      const lines = bytes.toString('utf8', 0, bytesRead).split('\n');
      // Where the file was cut, the last line is only half a line.
      this.#lines = Number(stats.size) > bytesRead ? lines.slice(0, -1) : lines;
      this.#state = state;
    } finally {
      await file.close();
    }
  }
}
