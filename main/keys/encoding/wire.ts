// RFC 4251 §5 data types, bounds-checked. Reads never copy; callers copy what they keep.
import { secretArray } from './secret-array.ts';

/** The bytes are not a well-formed message or key. The text never quotes the bytes. */
export class MalformedMessageError extends Error {
  override readonly name = 'MalformedMessageError';
}

const utf8 = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });
const utf8Encoder = new TextEncoder();

/** Reads RFC 4251 §5 types from a byte range; every method throws MalformedMessageError past its end. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get remaining(): number {
    return this.#bytes.length - this.#offset;
  }

  /** Bytes read so far. */
  get offset(): number {
    return this.#offset;
  }

  readBytes(length: number): Uint8Array {
    if (length > this.remaining) throw new MalformedMessageError('field runs past the end of the message');
    const start = this.#offset;
    this.#offset += length;
    return this.#bytes.subarray(start, this.#offset);
  }

  readByte(): number {
    return this.readBytes(1)[0] as number;
  }

  readBoolean(): boolean {
    return this.readByte() !== 0;
  }

  readUint32(): number {
    const [a, b, c, d] = this.readBytes(4) as unknown as [number, number, number, number];
    return ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
  }

  readUint64(): bigint {
    return (BigInt(this.readUint32()) << 32n) | BigInt(this.readUint32());
  }

  /** A `string`: uint32 length and that many bytes. */
  readString(): Uint8Array {
    return this.readBytes(this.readUint32());
  }

  /** A `string` taken as UTF-8; bytes that are not become U+FFFD. */
  readText(): string {
    return utf8.decode(this.readString());
  }

  /** A non-negative `mpint` as its magnitude without a leading zero byte; zero is empty. Must be minimal. */
  readMpint(): Uint8Array {
    const bytes = this.readString();
    const first = bytes[0];
    if (first === undefined) return bytes;
    if (first >= 0x80) throw new MalformedMessageError('negative mpint');
    if (first !== 0) return bytes;
    if (bytes.length === 1 || (bytes[1] as number) < 0x80)
      throw new MalformedMessageError('mpint is not minimal');
    return bytes.subarray(1);
  }

  readRest(): Uint8Array {
    return this.readBytes(this.remaining);
  }

  /** Throws unless everything has been read. */
  assertEnd(): void {
    if (this.remaining !== 0) throw new MalformedMessageError('trailing bytes');
  }
}

/** Collects RFC 4251 §5 types; `finish()` makes one exact-size array. */
export class WireWriter {
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  get length(): number {
    return this.#length;
  }

  bytes(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return this;
  }

  byte(value: number): this {
    return this.bytes(Uint8Array.of(value));
  }

  boolean(value: boolean): this {
    return this.byte(value ? 1 : 0);
  }

  uint32(value: number): this {
    return this.bytes(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
  }

  uint64(value: bigint): this {
    return this.uint32(Number(value >> 32n)).uint32(Number(value & 0xffffffffn));
  }

  string(bytes: Uint8Array): this {
    return this.uint32(bytes.length).bytes(bytes);
  }

  text(text: string): this {
    return this.string(utf8Encoder.encode(text));
  }

  /** A non-negative `mpint` from a magnitude, which may have leading zero bytes. */
  mpint(magnitude: Uint8Array): this {
    let start = 0;
    while (start < magnitude.length && magnitude[start] === 0) start++;
    const minimal = magnitude.subarray(start);
    const needsSign = (minimal[0] ?? 0) >= 0x80;
    this.uint32(minimal.length + (needsSign ? 1 : 0));
    if (needsSign) this.byte(0);
    return this.bytes(minimal);
  }

  finish(): Uint8Array {
    const result = secretArray(this.#length);
    let offset = 0;
    for (const part of this.#parts) {
      result.set(part, offset);
      offset += part.length;
    }
    return result;
  }
}

/** Byte-wise equality for public data (not constant time). */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
