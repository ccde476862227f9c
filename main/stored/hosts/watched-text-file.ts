// A text file of the person, read again when it has changed; bounded, and never an error.
import { open } from 'node:fs/promises';
import { assertTrustedPlace, UntrustedPlaceError } from '../../../ipc/posix/files/trusted-place.ts';
import { READ_WITHOUT_WAITING } from '../../keys/files/read-without-waiting.ts';

export class WatchedTextFile {
  readonly #path: string;
  readonly #maxBytes: number;
  readonly #complain: (sentences: string) => void;
  #complaint = '';
  #state = '';
  #text = '';

  /**
   * More than `maxBytes` is not read: what comes after is as if it were not there. Nor is what others could have written.
   * `complain` is told, with the path in it.
   */
  constructor(path: string, maxBytes: number, complain: (sentences: string) => void) {
    this.#path = path;
    this.#maxBytes = maxBytes;
    this.#complain = complain;
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
      if (error instanceof UntrustedPlaceError)
        this.#complainOnce(`The hosts in ${this.#path} have no names here. ${error.message}`);
    }
    return this.#state !== before;
  }

  #complainOnce(sentences: string): void {
    if (sentences !== this.#complaint) this.#complain(sentences);
    this.#complaint = sentences;
  }

  async #readIfChanged(): Promise<void> {
    const file = await open(this.#path, READ_WITHOUT_WAITING);
    try {
      const stats = await file.stat({ bigint: true });
      const state = stats.isFile() ? `${stats.ino} ${stats.size} ${stats.mtimeNs}` : 'no file';
      if (state === this.#state) return;
      // SECURITY: a rule for a host goes by its name here, which must be none that others gave it.
      assertTrustedPlace(this.#path);
      const bytes = Buffer.alloc(stats.isFile() ? Math.min(Number(stats.size), this.#maxBytes) : 0);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      const isCut = Number(stats.size) > this.#maxBytes;
      // Where the file was cut, the last line is only half a line.
      const end = isCut ? bytes.lastIndexOf('\n') + 1 : bytesRead;
      this.#text = bytes.toString('utf8', 0, end);
      this.#state = state;
      if (isCut)
        this.#complain(
          `${this.#path} is over ${this.#maxBytes / 1024 / 1024} MiB: hosts that come later in it have no names here.`,
        );
    } finally {
      await file.close();
    }
  }
}
