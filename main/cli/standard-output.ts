// Standard output and standard error of the command.
import { fstatSync, writeSync } from 'node:fs';

/** Linux's number of /dev/null. */
const nullDevice = 0x103;

/**
 * What is no terminal is written to at once, and waited for as Node.js' streams wait, whose loading takes two milliseconds. Windows
 * has other kinds of files.
 */
function needsStream(descriptor: number): boolean {
  if (process.platform === 'win32') return true;
  try {
    const stats = fstatSync(descriptor);
    return stats.isCharacterDevice() && stats.rdev !== nullDevice;
  } catch {
    return true;
  }
}

export class StandardOutput {
  readonly #descriptor: 1 | 2;
  #stream: NodeJS.WriteStream | undefined;
  #needsStream: boolean | undefined;

  constructor(descriptor: 1 | 2) {
    this.#descriptor = descriptor;
  }

  /** Of the terminal that it is; undefined where it is none, or was never told its size. */
  get columns(): number | undefined {
    const stream = this.#streamOfTerminal();
    return (stream?.isTTY && stream.columns) || undefined;
  }

  /** Resolves when the text has left; rejects when nobody reads any more. */
  async write(text: string): Promise<void> {
    let bytes = Buffer.from(text);
    const stream = this.#streamOfTerminal();
    if (stream) return writeTo(stream, bytes);
    try {
      while (bytes.length > 0) bytes = bytes.subarray(writeSync(this.#descriptor, bytes));
    } catch (error: unknown) {
      // Somebody has said of what both have open that nobody waits for it. From now on the stream does, for what comes later, too.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      return writeTo(this.#open(), bytes);
    }
  }

  /** Resolves when all has left, or nobody reads it. */
  async end(): Promise<void> {
    if (this.#stream) await writeTo(this.#stream, Buffer.of()).catch(() => {});
  }

  #streamOfTerminal(): NodeJS.WriteStream | undefined {
    this.#needsStream ??= needsStream(this.#descriptor);
    return this.#needsStream ? this.#open() : this.#stream;
  }

  #open(): NodeJS.WriteStream {
    // A reader that has gone is met by `write`; without a listener the process would end noisily.
    this.#stream ??= (this.#descriptor === 1 ? process.stdout : process.stderr).on('error', () => {});
    return this.#stream;
  }
}

function writeTo(stream: NodeJS.WriteStream, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(bytes, (error) => (error ? reject(error) : resolve()));
  });
}
