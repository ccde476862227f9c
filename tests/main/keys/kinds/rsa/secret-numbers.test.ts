// The arithmetic that checks RSA keys, against BigInt.
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modInverse, toBigInt, toMagnitude } from '../../../../../main/keys/encoding/big-integer.ts';
import {
  compare,
  isOne,
  SecretNumbers,
  toSecretMagnitude,
} from '../../../../../main/keys/kinds/rsa/secret-numbers.ts';

const longest = 40;

/** Numbers with long runs of ones and zeros are where estimated quotients are wrong. */
const anyBytes: fc.Arbitrary<Uint8Array> = fc
  .tuple(
    fc.integer({ min: 1, max: longest }),
    fc.bigInt({ min: 0n, max: 2n ** BigInt(8 * longest) - 1n }),
    fc.array(fc.tuple(fc.nat({ max: longest }), fc.nat({ max: longest }), fc.constantFrom(0, 0xff)), {
      maxLength: 3,
    }),
  )
  .map(([length, value, runs]) => {
    const bytes = toMagnitude(value % 2n ** BigInt(8 * length), length);
    for (const [from, to, byte] of runs) bytes.fill(byte, from, to);
    return bytes;
  });
const twoNumbers = [anyBytes, anyBytes] as const;

describe('secret numbers', () => {
  it('multiply, divide and compare as BigInt does', () => {
    const areAsBigInt = fc.property(...twoNumbers, (a, b) => {
      using numbers = new SecretNumbers();
      const [left, right] = [numbers.from(a), numbers.from(b)];
      const [bigA, bigB] = [toBigInt(a), toBigInt(b)];
      const product = toSecretMagnitude(numbers.product(left, right), a.length + b.length + 2);
      expect(toBigInt(product)).toBe(bigA * bigB);
      expect(Math.sign(compare(left, right))).toBe(bigA < bigB ? -1 : bigA > bigB ? 1 : 0);
      expect(isOne(left)).toBe(bigA === 1n);
      if (bigB === 0n) return;
      const remainder = toSecretMagnitude(numbers.remainder(left, right), b.length + 1);
      expect(toBigInt(remainder)).toBe(bigA % bigB);
    });
    fc.assert(areAsBigInt, { seed: 7, numRuns: 20_000 });
  });

  it('have the inverse that BigInt finds, or none', () => {
    const isAsBigInt = fc.property(...twoNumbers, (a, other) => {
      using numbers = new SecretNumbers();
      const modulus = Uint8Array.from(other);
      modulus[modulus.length - 1] = (modulus.at(-1) as number) | 1;
      if (toBigInt(modulus) === 1n) return;
      const inverse = numbers.inverse(numbers.from(a), numbers.from(modulus));
      const expected = modInverse(toBigInt(a), toBigInt(modulus));
      expect(inverse && toBigInt(toSecretMagnitude(inverse, modulus.length + 2))).toBe(expected);
    });
    fc.assert(isAsBigInt, { seed: 7, numRuns: 2_000 });
  });

  it('of half the longest RSA modulus have their inverse in the time of 20 multiplications', () => {
    using numbers = new SecretNumbers();
    const [a, modulus] = [0, 1].map(() => randomBytes(1024).map((byte) => byte | 1)) as [
      Uint8Array,
      Uint8Array,
    ];
    const [left, right] = [numbers.from(a), numbers.from(modulus)];
    // The least of several, as another process may have taken the processor.
    const least = (run: () => unknown) =>
      Math.min(
        ...Array.from({ length: 15 }, () => {
          const start = performance.now();
          run();
          return performance.now() - start;
        }),
      );
    const inversion = least(() => numbers.inverse(left, right));
    expect(inversion).toBeLessThan(20 * least(() => numbers.product(left, right)));
    const inverse = numbers.inverse(left, right);
    expect(inverse && toBigInt(toSecretMagnitude(inverse, 1026))).toBe(
      modInverse(toBigInt(a), toBigInt(modulus)),
    );
  });

  it('are zeros once their maker is disposed', () => {
    const numbers = new SecretNumbers();
    const number = numbers.from(Uint8Array.of(1, 2, 3));
    const product = numbers.product(number, number);
    numbers[Symbol.dispose]();
    expect([...number, ...product].every((limb) => limb === 0)).toBe(true);
  });

  it('refuse to be written into too few bytes', () => {
    using numbers = new SecretNumbers();
    expect(() => toSecretMagnitude(numbers.from(Uint8Array.of(1, 0, 0, 0)), 2)).toThrow(RangeError);
  });
});
