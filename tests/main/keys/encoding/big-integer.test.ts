// Arithmetic on the numbers of RSA and DSA keys.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bitLength,
  modInverse,
  modPow,
  toBigInt,
  toMagnitude,
} from '../../../../main/keys/encoding/big-integer.ts';

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

function expectInverse(value: bigint, modulus: bigint): void {
  const inverse = modInverse(value, modulus);
  const exists = greatestCommonDivisor(value, modulus) === 1n;
  expect(inverse !== undefined).toBe(exists);
  if (inverse === undefined) return;
  expect((inverse * value) % modulus).toBe(1n);
  expect(inverse >= 0n && inverse < modulus).toBe(true);
}

describe('the inverse modulo a number', () => {
  it('is right for all small numbers', () => {
    for (let modulus = 2n; modulus < 80n; modulus++)
      for (let value = 0n; value < 160n; value++) expectInverse(value, modulus);
  });

  it('is right for numbers of up to 8,192 bits, and undefined when they share a factor', () => {
    for (const length of [6, 7, 8, 13, 14, 15, 33, 128, 1024]) {
      const number = fc.uint8Array({ minLength: length, maxLength: length, size: 'max' }).map(toBigInt);
      const isRight = fc.property(number, number, (value, other) => {
        const modulus = other + 2n;
        expectInverse(value, modulus);
        expectInverse(value * 3n, modulus * 3n);
        expectInverse(value, 2n ** BigInt(8 * length));
      });
      fc.assert(isRight, { seed: length, numRuns: 50 });
    }
  });
});

describe('big integers', () => {
  it('go from bytes and back, whatever the length', () => {
    const goesBack = fc.property(fc.uint8Array({ maxLength: 40, size: 'max' }), (bytes) => {
      const value = toBigInt(bytes);
      expect(value).toBe(BigInt(`0x0${Buffer.from(bytes).toString('hex')}`));
      expect(toMagnitude(value, bytes.length)).toEqual(bytes);
      expect(bitLength(bytes)).toBe(value === 0n ? 0 : value.toString(2).length);
    });
    fc.assert(goesBack, { seed: 1, numRuns: 200 });
    expect(() => toMagnitude(256n, 1)).toThrow(RangeError);
    expect(() => toMagnitude(2n ** 64n, 8)).toThrow(RangeError);
  });

  it('have powers and inverses', () => {
    expect(modPow(4n, 13n, 497n)).toBe(445n);
    expect(modPow(5n, 0n, 7n)).toBe(1n);
    expect(modInverse(3n, 11n)).toBe(4n);
    expect(modInverse(6n, 9n)).toBeUndefined();
  });
});
