import { describe, expect, test } from 'vitest';
import {
  assertOnlyUserMayOpen,
  parseSecurityDescriptor,
} from '../../../../ipc/win32/security/security-descriptor.ts';
import { formatSid, MalformedSecurityError } from '../../../../ipc/win32/security/sid.ts';
import { ace, descriptor, sid } from '../../../fakes/security-bytes.ts';

const user = sid(5, [21, 1, 2, 1000]);
const userText = 'S-1-5-21-1-2-1000';
const everyone = sid(1, [0]);
const readWrite = 0xc000_0000;

function check(owner: Uint8Array | undefined, aces: readonly Uint8Array[] | undefined): void {
  assertOnlyUserMayOpen(parseSecurityDescriptor(descriptor(owner, aces)), userText, [readWrite, 0x12019f]);
}

describe('a security identifier', () => {
  test('is written as Windows writes it', () => {
    expect(formatSid(user)).toBe(userText);
    expect(formatSid(everyone)).toBe('S-1-1-0');
    expect(formatSid(sid(5, [21, 0xffff_ffff]))).toBe('S-1-5-21-4294967295');
  });

  test('writes a large authority in hexadecimal', () => {
    const bytes = sid(0, []);
    bytes.set([0x12, 0x34, 0, 0, 0, 1], 2);
    expect(formatSid(bytes)).toBe('S-1-0x123400000001');
  });

  test('is refused when it is cut short or claims too many parts', () => {
    expect(() => formatSid(user.subarray(0, user.length - 1))).toThrow(MalformedSecurityError);
    expect(() => formatSid(Uint8Array.of(1, 16, 0, 0, 0, 0, 0, 5))).toThrow(MalformedSecurityError);
    expect(() => formatSid(new Uint8Array(0))).toThrow(MalformedSecurityError);
  });
});

describe('a security descriptor', () => {
  test('tells owner, entries and protection', () => {
    const parsed = parseSecurityDescriptor(
      descriptor(user, [ace(0, readWrite, user), ace(1, 1, everyone, 2)]),
    );
    expect(parsed).toEqual({
      ownerSid: userText,
      dacl: [
        { type: 0, flags: 0, mask: readWrite, sid: userText },
        { type: 1, flags: 2, mask: 1, sid: 'S-1-1-0' },
      ],
      daclProtected: true,
      label: undefined,
    });
  });

  test('without a list is open to everyone', () => {
    expect(parseSecurityDescriptor(descriptor(user, undefined)).dacl).toBe('everyone');
  });

  test('is refused when any part of it is cut short', () => {
    const whole = descriptor(user, [ace(0, readWrite, user)]);
    for (let length = 0; length < whole.length; length++) {
      expect(() => parseSecurityDescriptor(whole.subarray(0, length))).toThrow(MalformedSecurityError);
    }
  });

  test('is refused when an entry has no size', () => {
    const bytes = descriptor(user, [ace(0, readWrite, user)]);
    new DataView(bytes.buffer).setUint16(20 + user.length + 8 + 2, 0, true);
    expect(() => parseSecurityDescriptor(bytes)).toThrow('wrong size');
  });

  test('is refused when its list is longer or shorter than it says', () => {
    const listAt = 20 + user.length;
    for (const length of [0, 7, 8, 8 + 8 + user.length - 1, 8 + 8 + user.length + 1, 0xffff]) {
      const bytes = descriptor(user, [ace(0, readWrite, user)]);
      new DataView(bytes.buffer).setUint16(listAt + 2, length, true);
      expect(() => parseSecurityDescriptor(bytes), String(length)).toThrow(MalformedSecurityError);
    }
  });
});

describe('an object for the user alone', () => {
  test('has one entry, for its owner, with generic or mapped rights', () => {
    check(user, [ace(0, readWrite, user)]);
    check(user, [ace(0, 0x12019f, user)]);
  });

  test.each<[string, Uint8Array | undefined, readonly Uint8Array[] | undefined, string]>([
    ['another owner', everyone, [ace(0, readWrite, user)], 'its owner is S-1-1-0'],
    ['no owner', undefined, [ace(0, readWrite, user)], 'its owner is nobody'],
    ['no access list', user, undefined, 'open to everyone'],
    ['an empty access list', user, [], '0 entries'],
    ['a second entry', user, [ace(0, readWrite, user), ace(0, 1, everyone)], '2 entries'],
    ['an entry for somebody else', user, [ace(0, readWrite, everyone)], 'not the one that was asked for'],
    ['a denying entry', user, [ace(1, readWrite, user)], 'not the one that was asked for'],
    ['an inherited entry', user, [ace(0, readWrite, user, 0x10)], 'not the one that was asked for'],
    ['other rights', user, [ace(0, 0x1f01ff, user)], 'not the one that was asked for'],
  ])('may not have %s', (_, owner, aces, message) => {
    expect(() => check(owner, aces)).toThrow(message);
  });
});
