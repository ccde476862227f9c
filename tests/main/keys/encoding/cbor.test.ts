import { describe, expect, it } from 'vitest';
import { CborReader } from '../../../../main/keys/encoding/cbor.ts';

const reader = (hex: string) => new CborReader(Buffer.from(hex, 'hex'));

describe('CBOR', () => {
  it.each([
    ['00', 0],
    ['17', 23],
    ['1818', 24],
    ['1903e8', 1000],
    ['1a000f4240', 1_000_000],
    ['1b000000e8d4a51000', 1_000_000_000_000],
    ['20', -1],
    ['26', -7],
    ['390100', -257],
  ])('has the number of %s', (hex, number) => {
    expect(reader(hex).readInteger()).toBe(number);
  });

  it('has strings of bytes, and maps, of which what nobody wants is passed over', () => {
    const found: unknown[] = [];
    // {1: 2, "3": no key of ours is text, so: 3: [1, {2: h'00'}], -2: h'0102', 5: 1.5 as half, 6: tag 0 "a"}
    const cbor = reader('a5' + '0102' + '038201a10241' + '00' + '21420102' + '05f93e00' + '06c06161' + '07');
    cbor.readMap((key) => {
      if (key === 1) found.push(cbor.readInteger());
      else if (key === -2) found.push(cbor.readBytes());
      else return false;
      return true;
    });
    expect(found).toEqual([2, Buffer.from([1, 2])]);
    expect(cbor.readInteger()).toBe(7);
  });

  it.each([
    ['a number that is cut off', '1a0000', /past its end/],
    ['a string that is cut off', '4401', /past its end/],
    ['a string of 16 EiB', '5bffffffffffffffff', /too large/],
    ['a string of a length left open', '5f4100ff', /not known/],
    ['what is no string', '01', /no byte string/],
  ])('refuses %s', (_what, hex, problem) => {
    expect(() => reader(hex).readBytes()).toThrow(problem);
  });

  it.each([
    ['a map of a length left open', 'bf0102ff', /not known/],
    ['a map of 4 billion entries', 'baffffffff', /too large/],
    ['a map with a key twice', 'a201020103', /twice/],
    ['a map with text as key', 'a1616101', /no number/],
    ['what is nested too deeply', `a101${'81'.repeat(10_000)}01`, /too deeply/],
    ['a list of 4 billion items', 'a1019affffffff', /too many items/],
    ['what is no map', '80', /no map/],
  ])('refuses %s', (_what, hex, problem) => {
    expect(() => reader(hex).readMap(() => false)).toThrow(problem);
  });
});
