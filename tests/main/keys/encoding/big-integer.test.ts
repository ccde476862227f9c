// Arithmetic on the numbers of RSA and DSA keys.
import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { modInverse, toBigInt } from '../../../../main/keys/encoding/big-integer.ts';

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
    for (const length of [6, 7, 8, 13, 14, 15, 33, 128, 1024])
      for (let n = 0; n < 50; n++) {
        const [value, modulus] = [toBigInt(randomBytes(length)), toBigInt(randomBytes(length)) + 2n];
        expectInverse(value, modulus);
        expectInverse(value * 3n, modulus * 3n);
        expectInverse(value, 2n ** BigInt(8 * length));
      }
  });
});
