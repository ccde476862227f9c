import { describe, expect, test } from 'vitest';
import {
  frame,
  framed,
  MAX_BODY_BYTES,
  MessageParser,
  requestOfOneByte,
  wipeRequest,
} from '../../../../ipc/transports/streams/message-framing.ts';

const bodyOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 7 + 3) & 0xff);

function concat(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

describe('requestOfOneByte', () => {
  test('is that of each number, and of nothing else that a stream may bring', () => {
    for (let number = 0; number < 256; number++)
      expect(requestOfOneByte(frame(Uint8Array.of(number)))).toEqual(Uint8Array.of(number));
    const list = frame(Uint8Array.of(11));
    const others = [list.slice(0, 4), concat(list, list.slice(0, 1)), concat(list, list), frame(bodyOf(0))];
    for (const index of [0, 1, 2, 3]) others.push(list.with(index, 2));
    for (const bytes of others) expect(requestOfOneByte(bytes), String(bytes)).toBeUndefined();
  });

  test('is shared, and so not wiped, as longer requests are', () => {
    const request = requestOfOneByte(frame(Uint8Array.of(11)));
    wipeRequest(request!);
    expect(requestOfOneByte(frame(Uint8Array.of(11)))).toEqual(Uint8Array.of(11));
    const longer = Uint8Array.of(22, 1);
    wipeRequest(longer);
    expect(longer).toEqual(new Uint8Array(2));
  });
});

function pushInPieces(parser: MessageParser, bytes: Uint8Array, size: number): Uint8Array[] {
  const bodies: Uint8Array[] = [];
  for (let i = 0; i < bytes.length; i += size) bodies.push(...parser.push(bytes.subarray(i, i + size)));
  return bodies;
}

describe('frame', () => {
  test('puts a big-endian length before the body, in one buffer', () => {
    expect(frame(Uint8Array.of(12, 0, 0, 0, 0))).toEqual(Uint8Array.of(0, 0, 0, 5, 12, 0, 0, 0, 0));
    expect(frame(bodyOf(0x10203)).subarray(0, 4)).toEqual(Uint8Array.of(0, 1, 2, 3));
  });
});

describe('MessageParser', () => {
  test('gives the same bodies whatever the chunks are', () => {
    const bodies = [bodyOf(1), bodyOf(0), bodyOf(5), bodyOf(4095), bodyOf(4097), bodyOf(70_000), bodyOf(2)];
    const bytes = concat(...bodies.map(frame));
    for (const size of [1, 2, 3, 4, 5, 7, 4096, 65_536, bytes.length]) {
      expect(pushInPieces(new MessageParser(), bytes, size), `chunks of ${size}`).toEqual(bodies);
    }
  });

  test('takes a body of the largest size, byte by byte', () => {
    const body = bodyOf(MAX_BODY_BYTES);
    const [parsed] = pushInPieces(new MessageParser(), frame(body), 1);
    expect(Buffer.compare(parsed!, body)).toBe(0);
  });

  test('finds 10,000 messages in one chunk', () => {
    const parser = new MessageParser();
    const bytes = concat(...Array.from({ length: 10_000 }, (_, i) => frame(Uint8Array.of(i >> 8, i & 0xff))));
    const bodies = parser.push(bytes);
    expect(bodies.length).toBe(10_000);
    expect(bodies[9_999]).toEqual(Uint8Array.of(9_999 >> 8, 9_999 & 0xff));
  });

  test('hands out arrays of their own, so that wiping one harms no other', () => {
    const parser = new MessageParser();
    const bytes = concat(frame(bodyOf(3)), frame(bodyOf(3)));
    const [first, second] = parser.push(bytes);
    first!.fill(0);
    bytes.fill(0);
    expect(second).toEqual(bodyOf(3));
    expect(first!.buffer.byteLength).toBe(3);
  });

  test('gives messages of one byte, whole or in pieces, among others', () => {
    const bodies = [Uint8Array.of(11), bodyOf(300), Uint8Array.of(1), bodyOf(0), Uint8Array.of(11)];
    const bytes = concat(...bodies.map(frame));
    for (let size = 1; size <= bytes.length; size++)
      expect(pushInPieces(new MessageParser(), bytes, size), `${size}`).toEqual(bodies);
  });

  test('takes nothing in a body for messages, wherever it is cut', () => {
    const inner = frame(Uint8Array.of(17));
    const bodies = [concat(Uint8Array.of(27), inner, inner, inner), concat(inner, inner), bodyOf(2)];
    const bytes = concat(...bodies.map(frame));
    for (let cut = 1; cut < bytes.length; cut++) {
      const parser = new MessageParser();
      const got = [...parser.push(bytes.slice(0, cut)), ...parser.push(bytes.slice(cut))];
      expect(got, `${cut}`).toEqual(bodies);
    }
  });

  test('stops at a body one byte too long, after the bodies before it', () => {
    const parser = new MessageParser();
    const header = new Uint8Array(4);
    new DataView(header.buffer).setUint32(0, MAX_BODY_BYTES + 1);
    expect(parser.push(concat(frame(bodyOf(2)), header, frame(bodyOf(9))))).toEqual([bodyOf(2)]);
    expect(parser.oversized).toBe(true);
    expect(parser.push(frame(bodyOf(9)))).toEqual([]);
  });

  test('takes a length above 2^31 as too long, not as negative', () => {
    const parser = new MessageParser();
    parser.push(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0));
    expect(parser.oversized).toBe(true);
  });
});

describe('a reply that is framed', () => {
  const bodyIn = (memory: Uint8Array, length: number) => new Uint8Array(memory.buffer, 4, length);

  test('is its own memory where its length stands before it there, and nothing else beside it', () => {
    const memory = frame(Uint8Array.of(12, 7));
    const reply = framed(bodyIn(memory, 2));
    expect(reply).toEqual(frame(Uint8Array.of(12, 7)));
    expect(reply.buffer).toBe(memory.buffer);
  });

  test('is what its memory says each time', () => {
    const body = Uint8Array.of(14, 1);
    for (body[1] = 1; body[1] < 4; body[1]++) expect(framed(body)).toEqual(frame(body));
  });

  test('is what was asked for, whatever was framed before', () => {
    const [one, other] = [1, 2].map((n) => bodyIn(frame(Uint8Array.of(12, n)), 2)) as [
      Uint8Array,
      Uint8Array,
    ];
    const copied = Uint8Array.of(5);
    for (const body of [one, one, copied, other, copied, one, other, other])
      expect(framed(body)).toEqual(frame(body));
    copied[0] = 6;
    expect(framed(copied)).toEqual(frame(Uint8Array.of(6)));
  });

  test.each([
    ['other memory', Uint8Array.of(12, 7)],
    ['another length before it', bodyIn(Uint8Array.of(0, 0, 0, 3, 12, 7), 2)],
    ['more behind it', bodyIn(Uint8Array.of(0, 0, 0, 2, 12, 7, 9), 2)],
    ['more before it', new Uint8Array(Uint8Array.of(9, 0, 0, 0, 2, 12, 7).buffer, 5, 2)],
  ])('is copied where it has %s', (_what, body) => {
    const reply = framed(body);
    expect(reply).toEqual(Uint8Array.of(0, 0, 0, 2, 12, 7));
    expect(reply.buffer).not.toBe(body.buffer);
  });
});
