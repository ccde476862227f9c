// Whole numbers that must not be seen, in memory that can be wiped: BigInt values lie on V8's heap, whose collector
// makes copies of them.

import { secretArray } from '../../encoding/secret-array.ts';
import { findSteps, isOdd, type Steps, takeSteps, takeStepsOnFactors } from './lehmer-steps.ts';

/** Little-endian, 16 bits each, so that a product and two carries fit 32 bits. */
type Limbs = Uint32Array<ArrayBuffer>;

const limbBits = 16;
const mask = 0xffff;
const base = 0x1_0000;

/** Makes numbers and wipes them all when it is disposed. No method changes its arguments. */
export class SecretNumbers implements Disposable {
  readonly #made: (Limbs | Steps)[] = [];

  [Symbol.dispose](): void {
    for (const numbers of this.#made) numbers.fill(0);
  }

  /** From a big-endian magnitude. */
  from(magnitude: Uint8Array): Limbs {
    const result = this.#zero(Math.ceil(magnitude.length / 2));
    for (let i = 0; i < magnitude.length; i++) {
      const byte = magnitude[magnitude.length - 1 - i] as number;
      result[i >> 1] = (result[i >> 1] as number) | (i & 1 ? byte << 8 : byte);
    }
    return result;
  }

  product(a: Limbs, b: Limbs): Limbs {
    const result = this.#zero(a.length + b.length);
    for (let i = 0; i < a.length; i++) {
      let carry = 0;
      for (let j = 0; j < b.length; j++) {
        // Kept to 32 bits, which it fits: else V8 computes with doubles, in four times the time.
        const sum = (Math.imul(a[i] as number, b[j] as number) + (result[i + j] as number) + carry) | 0;
        result[i + j] = sum & mask;
        carry = sum >>> limbBits;
      }
      result[i + b.length] = carry;
    }
    return result;
  }

  /** An odd number less 1. */
  evenBelow(odd: Limbs): Limbs {
    const result = this.#copy(odd, odd.length);
    result[0] = (odd[0] as number) - 1;
    return result;
  }

  sum(a: Limbs, b: Limbs): Limbs {
    const length = Math.max(a.length, b.length) + 1;
    const result = this.#copy(a, length);
    add(result, this.#copy(b, length));
    return result;
  }

  /** Undefined when it is negative. */
  difference(a: Limbs, b: Limbs): Limbs | undefined {
    if (compare(a, b) < 0) return undefined;
    const result = this.#copy(a, a.length);
    subtract(result, this.#copy(b, a.length));
    return result;
  }

  /** Rounded down. */
  half(a: Limbs): Limbs {
    const result = this.#copy(a, a.length);
    halve(result);
    return result;
  }

  /** Rounded down, by Newton's method from above. */
  squareRoot(a: Limbs): Limbs {
    if (isZero(a)) return this.#zero(1);
    let root = this.#zero(Math.ceil(significant(a) / 2) + 1);
    root[root.length - 1] = 1;
    for (;;) {
      const next = this.half(this.sum(root, this.quotient(a, root)));
      if (compare(next, root) >= 0) return root;
      root = next;
    }
  }

  /** `a` divided by `divisor`, which is not 0, rounded down. */
  quotient(a: Limbs, divisor: Limbs): Limbs {
    return this.#divide(a, divisor).quotient;
  }

  /** `a` modulo `modulus`, which is not 0. */
  remainder(a: Limbs, modulus: Limbs): Limbs {
    return this.#divide(a, modulus).remainder;
  }

  /** The inverse of `a` modulo `modulus`, which is more than 1; undefined when they share a factor. */
  inverse(a: Limbs, modulus: Limbs): Limbs | undefined {
    const length = modulus.length + 1;
    const [u, v] = [this.#copy(modulus, length), this.#copy(this.remainder(a, modulus), length)];
    const [x, y] = [this.#zero(length), this.#zero(length)];
    y[0] = 1;
    const steps = this.#own(new Int32Array(new ArrayBuffer(16)));
    // Modulo `modulus` u = -a·x and v = a·y, with the signs exchanged after an odd number of Euclid's steps.
    let isExchanged = false;
    while (significant(v) > 0) {
      if (findSteps(u, v, steps)) {
        takeSteps(u, v, steps);
        takeStepsOnFactors(x, y, steps);
        if (isOdd(steps)) isExchanged = !isExchanged;
      } else {
        this.#takeStep(u, v, x, y);
        isExchanged = !isExchanged;
      }
    }
    if (!isOne(u)) return undefined;
    if (isExchanged) return x;
    const result = this.#copy(modulus, length);
    subtract(result, x);
    return result;
  }

  /** One step of Euclid's algorithm on u and v, and on their factors. */
  #takeStep(u: Limbs, v: Limbs, x: Limbs, y: Limbs): void {
    const { quotient, remainder } = this.#divide(u, v);
    u.set(v);
    v.fill(0).set(remainder);
    const next = this.#copy(this.product(y, quotient.subarray(0, significant(quotient))), y.length);
    add(next, x);
    x.set(y);
    y.set(next);
  }

  /** Knuth, TAOCP 4.3.1, algorithm D. */
  #divide(a: Limbs, divisor: Limbs): { quotient: Limbs; remainder: Limbs } {
    const length = significant(divisor);
    const shift = Math.clz32(divisor[length - 1] as number) - limbBits;
    const v = this.#shiftedLeft(divisor.subarray(0, length), shift);
    const u = this.#shiftedLeft(a, shift);
    const quotient = this.#zero(Math.max(0, u.length - length));
    for (let j = quotient.length - 1; j >= 0; j--) quotient[j] = subtractMultiple(u, v, j, length);
    const remainder = u.subarray(0, length);
    for (let i = 0; i < shift; i++) halve(remainder);
    return { quotient, remainder };
  }

  #zero(length: number): Limbs {
    return this.#own(new Uint32Array(new ArrayBuffer(4 * length)));
  }

  #own<T extends Limbs | Steps>(numbers: T): T {
    this.#made.push(numbers);
    return numbers;
  }

  #copy(limbs: Limbs, length: number): Limbs {
    const result = this.#zero(length);
    result.set(limbs.subarray(0, length));
    return result;
  }

  /** With one more limb on top. */
  #shiftedLeft(limbs: Limbs, bits: number): Limbs {
    const result = this.#zero(limbs.length + 1);
    for (let i = 0; i < limbs.length; i++) {
      const shifted = (limbs[i] as number) << bits;
      result[i] = (result[i] as number) | (shifted & mask);
      result[i + 1] = shifted >>> limbBits;
    }
    return result;
  }
}

/** Big-endian bytes, left-padded to `length`, outside V8's heap. Throws RangeError when the number does not fit. */
export function toSecretMagnitude(limbs: Limbs, length: number): Uint8Array {
  if (significant(limbs) * 2 > length + 1) throw new RangeError('number does not fit');
  const result = secretArray(length);
  for (let i = 0; i < length; i++) result[length - 1 - i] = ((limbs[i >> 1] ?? 0) >>> (i & 1 ? 8 : 0)) & 0xff;
  return result;
}

export function isZero(limbs: Limbs): boolean {
  return significant(limbs) === 0;
}

export function isOne(limbs: Limbs): boolean {
  return significant(limbs) === 1 && limbs[0] === 1;
}

/** Negative, 0 or positive, as in sorting. */
export function compare(a: Limbs, b: Limbs): number {
  for (let i = Math.max(a.length, b.length) - 1; i >= 0; i--) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Limbs without the zeros on top. */
function significant(limbs: Limbs): number {
  let length = limbs.length;
  while (length > 0 && limbs[length - 1] === 0) length--;
  return length;
}

/** `a += b` of the same length, which the sum fits. */
function add(a: Limbs, b: Limbs): void {
  let carry = 0;
  for (let i = 0; i < a.length; i++) {
    const sum = (a[i] as number) + (b[i] as number) + carry;
    a[i] = sum & mask;
    carry = sum >>> limbBits;
  }
}

/** `a -= b` of the same length, where a ≥ b. */
function subtract(a: Limbs, b: Limbs): void {
  let borrow = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] as number) - (b[i] as number) - borrow;
    a[i] = difference & mask;
    borrow = difference < 0 ? 1 : 0;
  }
}

/** One bit to the right. */
function halve(limbs: Limbs): void {
  let bit = 0;
  for (let i = limbs.length - 1; i >= 0; i--) {
    const limb = (limbs[i] as number) | (bit * base);
    limbs[i] = limb >>> 1;
    bit = limb & 1;
  }
}

/** Steps D3 to D6: takes from `u` the largest multiple of v·base^j that fits, and answers which. */
function subtractMultiple(u: Limbs, v: Limbs, j: number, length: number): number {
  const top = v[length - 1] as number;
  const dividend = (u[j + length] as number) * base + (u[j + length - 1] as number);
  let quotient = Math.floor(dividend / top);
  let rest = dividend - quotient * top;
  const [nextOfV, nextOfU] = length > 1 ? [v[length - 2] as number, u[j + length - 2] as number] : [0, 0];
  while (rest < base && (quotient >= base || quotient * nextOfV > rest * base + nextOfU)) {
    quotient--;
    rest += top;
  }
  let carry = 0;
  let borrow = 0;
  const factor = quotient | 0;
  for (let i = 0; i < length; i++) {
    const product = (Math.imul(factor, v[i] as number) + carry) | 0;
    const difference = ((u[i + j] as number) - (product & mask) - borrow) | 0;
    carry = product >>> limbBits;
    u[i + j] = difference & mask;
    borrow = difference >>> 31;
  }
  const difference = (u[length + j] as number) - carry - borrow;
  u[length + j] = difference & mask;
  borrow = difference < 0 ? 1 : 0;
  if (borrow === 0) return quotient;
  carry = 0;
  for (let i = 0; i <= length; i++) {
    const sum = (u[i + j] as number) + (i < length ? (v[i] as number) : 0) + carry;
    u[i + j] = sum & mask;
    carry = sum >>> limbBits;
  }
  return quotient - 1;
}
