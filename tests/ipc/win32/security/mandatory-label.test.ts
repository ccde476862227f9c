import { describe, expect, test } from 'vitest';
import {
  assertKeepsLowerOut,
  assertNotMadeBelow,
  isBelow,
  labelFor,
  levelOfSid,
} from '../../../../ipc/win32/security/mandatory-label.ts';
import { parseSecurityDescriptor } from '../../../../ipc/win32/security/security-descriptor.ts';
import { MalformedSecurityError } from '../../../../ipc/win32/security/sid.ts';
import { ace, descriptor, sid } from '../../../fakes/security-bytes.ts';

const [low, medium, high] = [0x1000, 0x2000, 0x3000];
const user = sid(5, [21, 1, 2, 1000]);
const noReadOrWriteUp = 3;

function level(rid: number): Uint8Array {
  return sid(16, [rid]);
}

function label(rid: number, mask = noReadOrWriteUp, flags = 0): Uint8Array {
  return ace(0x11, mask, level(rid), flags);
}

function labelled(...labels: readonly Uint8Array[]): Uint8Array {
  return descriptor(user, [ace(0, 0xc000_0000, user)], labels);
}

function labelOf(bytes: Uint8Array) {
  return parseSecurityDescriptor(bytes).label;
}

describe('the integrity label of an object', () => {
  test('is read from its system list, beside audit entries', () => {
    expect(labelOf(labelled(label(high)))).toEqual({ level: high, mask: noReadOrWriteUp });
    expect(labelOf(labelled(ace(2, 1, user), label(low, 1)))).toEqual({ level: low, mask: 1 });
    expect(labelOf(descriptor(user, []))).toBeUndefined();
    expect(labelOf(labelled())).toBeUndefined();
  });

  test('is read as a real system wrote it', () => {
    const hex =
      '010014900000000000000000140000000000000002001c00010000001100140003000000010100000000001000300000';
    expect(labelOf(Uint8Array.from(Buffer.from(hex, 'hex')))).toEqual({
      level: high,
      mask: noReadOrWriteUp,
    });
  });

  test.each<[string, readonly Uint8Array[]]>([
    ['two of them', [label(medium), label(high)]],
    ['one for children only', [label(high, noReadOrWriteUp, 0x0b)]],
    ['one whose SID is a user', [ace(0x11, noReadOrWriteUp, user)]],
    ['one of no level', [ace(0x11, noReadOrWriteUp, sid(16, []))]],
    ['one of two levels', [ace(0x11, noReadOrWriteUp, sid(16, [medium, high]))]],
  ])('is refused when there is %s', (_, labels) => {
    expect(() => labelOf(labelled(...labels))).toThrow(MalformedSecurityError);
  });

  test('is refused when it is cut short anywhere, or any length in it is another one', () => {
    const whole = descriptor(undefined, undefined, [label(high)]);
    for (let length = 0; length < whole.length; length++)
      expect(() => labelOf(whole.subarray(0, length)), String(length)).toThrow(MalformedSecurityError);
    const [listBytes, entryBytes, subAuthorities] = [20 + 2, 20 + 8 + 2, 20 + 8 + 8 + 1];
    for (const at of [listBytes, entryBytes]) {
      const right = new DataView(whole.buffer).getUint16(at, true);
      for (const wrong of [...Array(2 * right).keys(), 0x7fff, 0x8000, 0xffff]) {
        if (wrong === right) continue;
        const bytes = Uint8Array.from(whole);
        new DataView(bytes.buffer).setUint16(at, wrong, true);
        expect(() => labelOf(bytes), String(wrong)).toThrow(MalformedSecurityError);
      }
    }
    for (let wrong = 0; wrong < 0x100; wrong++) {
      if (wrong === 1) continue;
      const bytes = Uint8Array.from(whole);
      bytes[subAuthorities] = wrong;
      expect(() => labelOf(bytes), String(wrong)).toThrow(MalformedSecurityError);
    }
  });
});

describe('a level', () => {
  test('is what the last number of its SID says, and nothing else is one', () => {
    expect(levelOfSid('S-1-16-12288')).toBe(high);
    for (const other of ['', 'S-1-16', 'S-1-16-1-2', 'S-1-5-18', 'S-1-16-0x10', ' S-1-16-1'])
      expect(() => levelOfSid(other)).toThrow(MalformedSecurityError);
  });

  test('is below another one only when it is less', () => {
    expect([low, medium, high].map((one) => isBelow(one, medium))).toEqual([true, false, false]);
  });
});

describe('a pipe of ours', () => {
  test('asks for a label of the agent’s own level that forbids to read and to write', () => {
    expect(labelFor(high)).toBe('S:(ML;;NWNR;;;S-1-16-12288)');
    expect(() => assertKeepsLowerOut({ level: high, mask: noReadOrWriteUp }, high)).not.toThrow();
  });

  test.each([
    ['no label', undefined],
    ['the label of a lower level', { level: medium, mask: noReadOrWriteUp }],
    ['the label of a higher level', { level: 0x4000, mask: noReadOrWriteUp }],
    ['a label that lets lower ones read', { level: high, mask: 1 }],
    ['a label that lets lower ones write', { level: high, mask: 2 }],
    ['a label that forbids nothing', { level: high, mask: 0 }],
  ])('is not served with %s', (_, label) => {
    expect(() => assertKeepsLowerOut(label, high)).toThrow(MalformedSecurityError);
  });
});

describe('memory with a request in it', () => {
  test('is not read when a program below us has made it', () => {
    for (const own of [medium, high])
      expect(() => assertNotMadeBelow({ level: low, mask: 1 }, own)).toThrow('lower integrity');
    expect(() => assertNotMadeBelow({ level: 0, mask: 1 }, low)).toThrow('lower integrity');
  });

  test('is read without a label, as what is made at medium and above has none', () => {
    for (const own of [low, medium, high]) {
      expect(() => assertNotMadeBelow(undefined, own)).not.toThrow();
      expect(() => assertNotMadeBelow({ level: own, mask: 1 }, own)).not.toThrow();
    }
    expect(() => assertNotMadeBelow({ level: medium, mask: 1 }, high)).not.toThrow();
  });
});
