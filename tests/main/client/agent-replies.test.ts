// Reply bodies of our agent, of PuTTY's and of hostile ones.
import { describe, expect, it } from 'vitest';
import {
  parseList,
  parseListExtended,
  parseListKeys,
  parseOutcome,
  parseQuery,
  parseReencryptAll,
  parseSignResponse,
} from '../../../main/client/agent-replies.ts';
import { MalformedMessageError, WireWriter } from '../../../main/keys/encoding/wire.ts';

const blob = Uint8Array.of(1, 2, 3);
const start = (first: number) => new WireWriter().byte(first);
const key = (writer: WireWriter, comment: string) => writer.string(blob).text(comment);

describe('lists', () => {
  it('are read with blobs and comments', () => {
    const reply = key(key(start(12).uint32(2), 'a'), 'é').finish();
    expect(parseList(reply)).toEqual([
      { blob, comment: 'a' },
      { blob, comment: 'é' },
    ]);
  });

  it('tell from PuTTY flags how a key is kept, and tolerate longer information', () => {
    const entry = (flags: number, more: number[] = []) =>
      key(start(6).uint32(1), 'a')
        .string(Uint8Array.of(0, 0, 0, flags, ...more))
        .finish();
    expect(parseListExtended(entry(0))?.[0]?.keptAs).toBe('clear');
    expect(parseListExtended(entry(1))?.[0]?.keptAs).toBe('re-encryptable');
    expect(parseListExtended(entry(3))?.[0]?.keptAs).toBe('encrypted');
    expect(parseListExtended(entry(3, [9, 9]))?.[0]?.keptAs).toBe('encrypted');
  });

  it('tell of our agent the constraints and the seconds left', () => {
    const reply = key(start(6).uint32(1), 'a').uint32(1).uint32(7).uint32(60).finish();
    expect(parseListKeys(reply)).toEqual([
      {
        blob,
        comment: 'a',
        keptAs: 're-encryptable',
        confirm: true,
        restrictedToDestinations: true,
        secondsLeft: 60,
      },
    ]);
  });

  it('are undefined when the agent does not know the question', () => {
    for (const failure of [5, 28]) {
      expect(parseListKeys(Uint8Array.of(failure))).toBeUndefined();
      expect(parseListExtended(Uint8Array.of(failure))).toBeUndefined();
      expect(parseList(Uint8Array.of(failure))).toBeUndefined();
    }
  });

  it('are malformed when cut anywhere, or when the count is a lie', () => {
    const reply = key(start(12).uint32(1), 'a').finish();
    for (let length = 0; length < reply.length; length++)
      expect(() => parseList(reply.subarray(0, length))).toThrow(MalformedMessageError);
    expect(() => parseList(start(12).uint32(0xffff_ffff).finish())).toThrow(MalformedMessageError);
  });
});

describe('other replies', () => {
  it('tells success, failure and an unknown request apart', () => {
    expect(parseOutcome(Uint8Array.of(6))).toBe('success');
    expect(parseOutcome(Uint8Array.of(28))).toBe('failure');
    expect(parseOutcome(Uint8Array.of(5))).toBe('unknown-request');
    for (const nonsense of [[], [12], [0]])
      expect(() => parseOutcome(Uint8Array.from(nonsense))).toThrow(MalformedMessageError);
  });

  it('reads extension names in the form of RFC 9987 and in that of PuTTY', () => {
    expect(parseQuery(start(29).text('query').text('a@b').text('c@d').finish())).toEqual(['a@b', 'c@d']);
    expect(parseQuery(start(6).text('query').text('a@b').finish())).toEqual(['query', 'a@b']);
    expect(parseQuery(Uint8Array.of(5))).toEqual([]);
    expect(() => parseQuery(start(29).text('other').finish())).toThrow(MalformedMessageError);
  });

  it('reads signatures and the count of keys left in clear', () => {
    expect(parseSignResponse(start(14).string(blob).finish())).toEqual(blob);
    expect(parseSignResponse(Uint8Array.of(5))).toBeUndefined();
    expect(parseReencryptAll(start(6).uint32(3).finish())).toBe(3);
    expect(parseReencryptAll(Uint8Array.of(28))).toBeUndefined();
  });
});
