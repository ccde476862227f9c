// The part of CBOR (RFC 8949) that security keys write: numbers, strings and maps of definite length, as CTAP 2 has them.
import { MalformedMessageError } from './wire.ts';

const majorType = {
  unsigned: 0,
  negative: 1,
  bytes: 2,
  text: 3,
  array: 4,
  map: 5,
  tag: 6,
  simple: 7,
} as const;

/** Levels of nesting, and entries of one map: more than any answer of a security key has (CTAP 2, §6: four levels). */
const maxDepth = 4;
const maxEntries = 32;

interface Head {
  readonly type: number;
  readonly value: number;
}

/** Reads one item after the other. Views, never copies. Throws MalformedMessageError for all that is cut off or not known. */
export class CborReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get offset(): number {
    return this.#offset;
  }

  readInteger(): number {
    const { type, value } = this.#readHead();
    if (type === majorType.unsigned) return value;
    if (type === majorType.negative) return -1 - value;
    throw new MalformedMessageError('CBOR value is no number');
  }

  readBytes(): Uint8Array {
    const { type, value } = this.#readHead();
    if (type !== majorType.bytes) throw new MalformedMessageError('CBOR value is no byte string');
    return this.#take(value);
  }

  /**
   * A map with numbers as keys. `read` is called for each key, with this reader at its value, which it reads and returns
   * true, or leaves and returns false.
   */
  readMap(read: (key: number) => boolean): void {
    const { type, value: count } = this.#readHead();
    if (type !== majorType.map) throw new MalformedMessageError('CBOR value is no map');
    if (count > maxEntries) throw new MalformedMessageError('CBOR map is too large');
    const keys = new Set<number>();
    for (let i = 0; i < count; i++) {
      const key = this.readInteger();
      if (keys.has(key)) throw new MalformedMessageError('CBOR map has a key twice');
      keys.add(key);
      if (!read(key)) this.skip();
    }
  }

  /** Passes one item over, whatever it is. */
  skip(depth = 0): void {
    if (depth > maxDepth) throw new MalformedMessageError('CBOR value is nested too deeply');
    const { type, value } = this.#readHead();
    if (type === majorType.bytes || type === majorType.text) this.#take(value);
    const items = type === majorType.array ? value : type === majorType.map ? 2 * value : 0;
    if (items > 2 * maxEntries) throw new MalformedMessageError('CBOR value has too many items');
    for (let i = 0; i < items; i++) this.skip(depth + 1);
    if (type === majorType.tag) this.skip(depth + 1);
  }

  #readHead(): Head {
    const [first] = this.#take(1) as unknown as [number];
    const type = first >> 5;
    const info = first & 0x1f;
    if (info < 24) return { type, value: info };
    // 31 would be a length left open, which CTAP forbids; 28 to 30 mean nothing.
    if (info > 27) throw new MalformedMessageError('CBOR value of a length that is not known');
    let value = 0;
    for (const byte of this.#take(2 ** (info - 24))) value = value * 256 + byte;
    if (!Number.isSafeInteger(value)) throw new MalformedMessageError('CBOR number is too large');
    return { type, value };
  }

  #take(length: number): Uint8Array {
    if (length > this.#bytes.length - this.#offset)
      throw new MalformedMessageError('CBOR value runs past its end');
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }
}
