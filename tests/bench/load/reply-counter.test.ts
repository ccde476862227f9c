import { describe, expect, it } from 'vitest';
import { framed } from '../../../bench/load/load-order.ts';
import { ReplyCounter } from '../../../bench/load/reply-counter.ts';

const reply = (length: number) => framed(Uint8Array.of(12, ...new Uint8Array(length - 1)));

describe('replies in a stream', () => {
  it('are counted when they end, however the stream is cut', () => {
    const stream = Buffer.concat([reply(300), reply(1), reply(70_000)]);
    for (const size of [1, 2, 3, 5, 304, 305, 65_536, stream.length]) {
      const counter = new ReplyCounter(12);
      const counts: number[] = [];
      for (let at = 0; at < stream.length; at += size)
        counts.push(counter.feed(stream.subarray(at, at + size)));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(3);
      expect(counts.at(-1)).toBeGreaterThan(0);
    }
  });

  it('must be of the type that is expected', () => {
    expect(() => new ReplyCounter(14).feed(framed(Uint8Array.of(5)))).toThrow(
      'answered with message 5 where 14 was expected',
    );
  });
});
