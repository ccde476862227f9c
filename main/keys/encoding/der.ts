// The part of DER (X.690) that keys need: definite lengths, low tag numbers, universal types. What is read may be
// as sloppy as OpenSSL takes it: lengths of more bytes than needed, numbers without the byte for their sign or with more.

import { UnsupportedKeyError } from '../key-errors.ts';
import { stripLeadingZeros } from './big-integer.ts';
import { secretArray } from './secret-array.ts';
import { MalformedMessageError } from './wire.ts';

export const derTag = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Those of keys and ciphers have 10 at the most; one that fills a message takes half a second to write down. */
const maxOidBytes = 32;

const indefiniteLength =
  'it is written in BER with lengths left open; write it anew with “openssl pkey -in FILE -out NEWFILE”';

/** Reads one level of DER; nested values are read by a reader of their own. Views, never copies. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  /** The tag of the next value, or undefined at the end. */
  peekTag(): number | undefined {
    return this.#bytes[this.#offset];
  }

  /** The contents of the next value, which must have `tag`. */
  read(tag: number): Uint8Array {
    if (this.peekTag() !== tag) throw new MalformedMessageError('unexpected DER value');
    this.#offset++;
    const length = this.#readLength();
    const start = this.#offset;
    if (length > this.#bytes.length - start) throw new MalformedMessageError('DER value runs past its end');
    this.#offset += length;
    return this.#bytes.subarray(start, this.#offset);
  }

  /** The contents of the next value when it has `tag`. */
  readOptional(tag: number): Uint8Array | undefined {
    return this.peekTag() === tag ? this.read(tag) : undefined;
  }

  readSequence(): DerReader {
    return new DerReader(this.read(derTag.sequence));
  }

  /** An INTEGER as its magnitude; the numbers of keys are never negative. */
  readInteger(): Uint8Array {
    const bytes = this.read(derTag.integer);
    if (bytes.length === 0) throw new MalformedMessageError('empty DER integer');
    return stripLeadingZeros(bytes);
  }

  /** A non-negative INTEGER that fits 32 bits. */
  readSmallInteger(): number {
    const bytes = this.readInteger();
    if (bytes.length > 4) throw new MalformedMessageError('DER integer is too large');
    return bytes.reduce((value, byte) => value * 256 + byte, 0);
  }

  /** An object identifier in dotted form. */
  readOid(): string {
    const arcs: number[] = [];
    let arc = 0;
    const bytes = this.read(derTag.oid);
    if (bytes.length > maxOidBytes) throw new MalformedMessageError('object identifier is too long');
    for (const byte of bytes) {
      arc = arc * 128 + (byte & 0x7f);
      if (arc > 0xffff_ffff) throw new MalformedMessageError('object identifier is too large');
      if (byte & 0x80) continue;
      arcs.push(arc);
      arc = 0;
    }
    const [first, ...rest] = arcs;
    if (first === undefined || ((bytes.at(-1) as number) & 0x80) !== 0) {
      throw new MalformedMessageError('object identifier is cut off');
    }
    const root = Math.min(2, Math.floor(first / 40));
    return [root, first - root * 40, ...rest].join('.');
  }

  /** A BIT STRING of whole bytes, with implicit tags too. */
  readBitString(tag: number = derTag.bitString): Uint8Array {
    const bytes = this.read(tag);
    if (bytes[0] !== 0) throw new MalformedMessageError('bit string is not of whole bytes');
    return bytes.subarray(1);
  }

  /** Throws unless everything has been read. */
  assertEnd(): void {
    if (!this.atEnd) throw new MalformedMessageError('trailing bytes in a DER value');
  }

  #readLength(): number {
    const first = this.#bytes[this.#offset++];
    if (first === undefined) throw new MalformedMessageError('DER value runs past its end');
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0) throw new UnsupportedKeyError(indefiniteLength);
    if (count > 4) throw new MalformedMessageError('DER length is too large');
    let length = 0;
    for (let i = 0; i < count; i++) length = length * 256 + (this.#bytes[this.#offset++] ?? 0);
    return length;
  }
}

/** A value to be encoded: a tag with bytes, or with nested values. */
export interface DerValue {
  readonly tag: number;
  readonly content: Uint8Array | readonly DerValue[];
}

export const der = {
  sequence: (...content: readonly DerValue[]): DerValue => ({ tag: derTag.sequence, content }),
  octetString: (content: Uint8Array | readonly DerValue[]): DerValue => ({
    tag: derTag.octetString,
    content,
  }),
  null: (): DerValue => ({ tag: derTag.null, content: new Uint8Array(0) }),
  /** A context-specific constructed value `[number]`. */
  context: (number: number, ...content: readonly DerValue[]): DerValue => ({ tag: 0xa0 | number, content }),
  bitString: (bytes: Uint8Array): DerValue => ({
    tag: derTag.bitString,
    content: Uint8Array.of(0, ...bytes),
  }),
  /** From a magnitude, which may have leading zero bytes. Copies it only when it needs a sign byte. */
  integer(magnitude: Uint8Array): DerValue {
    const minimal = stripLeadingZeros(magnitude);
    if (minimal.length === 0) return { tag: derTag.integer, content: Uint8Array.of(0) };
    return { tag: derTag.integer, content: minimal };
  },
  oid(dotted: string): DerValue {
    const [root, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]];
    const bytes = [root * 40 + second, ...rest].flatMap((arc) => {
      const groups = [arc % 128];
      for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) {
        groups.unshift((high % 128) | 0x80);
      }
      return groups;
    });
    return { tag: derTag.oid, content: Uint8Array.from(bytes) };
  },
};

/** Encodes into one new array, so that a caller with secrets in it has one thing to wipe. */
export function encodeDer(value: DerValue): Uint8Array {
  const result = secretArray(encodedLength(value));
  writeValue(value, result, 0);
  return result;
}

function contentLength(value: DerValue): number {
  if (!(value.content instanceof Uint8Array)) {
    return value.content.reduce((sum, inner) => sum + encodedLength(inner), 0);
  }
  return value.content.length + (needsSignByte(value.tag, value.content) ? 1 : 0);
}

function encodedLength(value: DerValue): number {
  const length = contentLength(value);
  return 1 + lengthBytes(length).length + length;
}

function needsSignByte(tag: number, content: Uint8Array): boolean {
  return tag === derTag.integer && (content[0] as number) >= 0x80;
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

function writeValue(value: DerValue, target: Uint8Array, start: number): number {
  const header = [value.tag, ...lengthBytes(contentLength(value))];
  target.set(header, start);
  let offset = start + header.length;
  if (value.content instanceof Uint8Array) {
    if (needsSignByte(value.tag, value.content)) offset++;
    target.set(value.content, offset);
    return offset + value.content.length;
  }
  for (const inner of value.content) offset = writeValue(inner, target, offset);
  return offset;
}
