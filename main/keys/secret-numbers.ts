// Whole numbers that must not be seen, in memory that can be wiped: BigInt values lie on V8's heap, whose collector
// makes copies of them.
import { secretArray } from './secret-array.ts';

/** Little-endian, 16 bits each, so that a product and two carries fit 32 bits. */
type Limbs = Uint32Array<ArrayBuffer>;

const limbBits = 16;
const mask = 0xffff;
const base = 0x1_0000;

/** Makes numbers and wipes them all when it is disposed. No method changes its arguments. */
export class SecretNumbers implements Disposable {
  readonly #made: Limbs[] = [];

  [Symbol.dispose](): void {
    for (const limbs of this.#made) limbs.fill(0);
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
        const sum = (a[i] as number) * (b[j] as number) + (result[i + j] as number) + carry;
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

  /** `a` modulo `modulus`, which is not 0: Knuth, TAOCP 4.3.1, algorithm D. */
  remainder(a: Limbs, modulus: Limbs): Limbs {
    const length = significant(modulus);
    const shift = Math.clz32(modulus[length - 1] as number) - limbBits;
    const v = this.#shiftedLeft(modulus.subarray(0, length), shift);
    const u = this.#shiftedLeft(a, shift);
    for (let j = u.length - length - 1; j >= 0; j--) subtractMultiple(u, v, j, length);
    const result = u.subarray(0, length);
    for (let i = 0; i < shift; i++) halve(result);
    return result;
  }

  /** The inverse of `a` modulo an odd `modulus`; undefined when they share a factor. Binary, as Euclid's divides. */
  inverse(a: Limbs, modulus: Limbs): Limbs | undefined {
    const length = modulus.length + 1;
    const [u, v] = [this.#copy(this.remainder(a, modulus), length), this.#copy(modulus, length)];
    const [x, y] = [this.#zero(length), this.#zero(length)];
    const m = this.#copy(modulus, length);
    x[0] = 1;
    // a·x = u and a·y = v modulo m, all the way down.
    while (!isOne(u)) {
      if (significant(u) === 0) return undefined;
      for (const [number, factor] of [
        [u, x],
        [v, y],
      ] as const) {
        while (((number[0] as number) & 1) === 0) {
          halve(number);
          if ((factor[0] as number) & 1) add(factor, m);
          halve(factor);
        }
      }
      if (isOne(v)) return y;
      const [larger, smaller, one, other] = compare(u, v) >= 0 ? [u, v, x, y] : [v, u, y, x];
      subtract(larger, smaller);
      if (compare(one, other) < 0) add(one, m);
      subtract(one, other);
    }
    return x;
  }

  #zero(length: number): Limbs {
    const limbs = new Uint32Array(new ArrayBuffer(4 * length));
    this.#made.push(limbs);
    return limbs;
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

/** Steps D3 to D6: takes from `u` the largest multiple of v·base^j that fits. */
function subtractMultiple(u: Limbs, v: Limbs, j: number, length: number): void {
  const top = v[length - 1] as number;
  const dividend = (u[j + length] as number) * base + (u[j + length - 1] as number);
  let quotient = Math.floor(dividend / top);
  let rest = dividend - quotient * top;
  const [nextOfV, nextOfU] = length > 1 ? [v[length - 2] as number, u[j + length - 2] as number] : [0, 0];
  while (rest < base && (quotient >= base || quotient * nextOfV > rest * base + nextOfU)) {
    quotient--;
    rest += top;
  }
  let [carry, borrow] = [0, 0];
  for (let i = 0; i <= length; i++) {
    const product = (i < length ? quotient * (v[i] as number) : 0) + carry;
    carry = product >>> limbBits;
    const difference = (u[i + j] as number) - (product & mask) - borrow;
    u[i + j] = difference & mask;
    borrow = difference < 0 ? 1 : 0;
  }
  if (borrow === 0) return;
  carry = 0;
  for (let i = 0; i <= length; i++) {
    const sum = (u[i + j] as number) + (i < length ? (v[i] as number) : 0) + carry;
    u[i + j] = sum & mask;
    carry = sum >>> limbBits;
  }
}
