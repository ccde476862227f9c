// Bytes that must not be seen: prints as [secret], is wiped when done.
import { secretCopy } from './secret-array.ts';

const inspect = Symbol.for('nodejs.util.inspect.custom');

/** Owns secret bytes. Logging, JSON and string conversion show only `[secret]`. */
export class SecretBytes implements Disposable {
  readonly #bytes: Uint8Array;
  #wiped = false;

  /** Takes ownership of `bytes`: the caller must not keep or wipe them. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  static copyOf(bytes: Uint8Array): SecretBytes {
    return new SecretBytes(secretCopy(bytes));
  }

  /** The bytes themselves, not a copy. Throws after `wipe()`, so that zeros are never taken for a secret. */
  get bytes(): Uint8Array {
    if (this.#wiped) throw new Error('secret used after it was wiped');
    return this.#bytes;
  }

  get length(): number {
    return this.#bytes.length;
  }

  wipe(): void {
    this.#bytes.fill(0);
    this.#wiped = true;
  }

  [Symbol.dispose](): void {
    this.wipe();
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect](): string {
    return '[secret]';
  }
}
