// Big-endian magnitudes as BigInt and back, without a string in between (a string can't be wiped).
import { MalformedMessageError } from './wire.ts';

/** Of the modulus of an RSA key of 16,384 bits. */
const maxBytes = 2048;

/**
 * The number that big-endian bytes stand for; empty is zero. Throws MalformedMessageError for one that is longer than
 * those of any key here: the time grows with the square of its length, and one that fills a message takes 20 s.
 */
export function toBigInt(magnitude: Uint8Array): bigint {
  if (magnitude.length > maxBytes) throw new MalformedMessageError('number is too long');
  const view = new DataView(magnitude.buffer, magnitude.byteOffset, magnitude.length);
  const head = magnitude.length % 8;
  let value = 0n;
  for (let i = 0; i < head; i++) value = (value << 8n) | BigInt(magnitude[i] as number);
  for (let i = head; i < magnitude.length; i += 8) value = (value << 64n) | view.getBigUint64(i);
  return value;
}

/** Big-endian bytes of a non-negative number, left-padded to `length`. Throws RangeError when it does not fit. */
export function toMagnitude(value: bigint, length: number): Uint8Array {
  const words = Math.ceil(length / 8);
  const padded = new Uint8Array(words * 8);
  const view = new DataView(padded.buffer);
  let rest = value;
  for (let i = words - 1; i >= 0; i--) {
    view.setBigUint64(i * 8, rest & 0xffff_ffff_ffff_ffffn);
    rest >>= 64n;
  }
  const unused = padded.length - length;
  if (rest !== 0n || padded.subarray(0, unused).some((byte) => byte !== 0)) {
    throw new RangeError('number does not fit');
  }
  return padded.subarray(unused);
}

/** Without leading zero bytes; a view, not a copy. */
export function stripLeadingZeros(magnitude: Uint8Array): Uint8Array {
  let start = 0;
  while (start < magnitude.length && magnitude[start] === 0) start++;
  return magnitude.subarray(start);
}

export function isEven(magnitude: Uint8Array): boolean {
  return ((magnitude.at(-1) ?? 0) & 1) === 0;
}

/** Number of significant bits. */
export function bitLength(magnitude: Uint8Array): number {
  const minimal = stripLeadingZeros(magnitude);
  const first = minimal[0];
  return first === undefined ? 0 : minimal.length * 8 - Math.clz32(first) + 24;
}

/** `base` to the `exponent` modulo `modulus`; not constant time. */
export function modPow(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n % modulus;
  let square = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

/** Leading bits that the steps of `leadingSteps` are computed from: doubles count whole numbers to 2^53. */
const leadingBits = 50n;

/**
 * The inverse of `value` modulo `modulus`, or undefined when they share a factor. Lehmer's algorithm: Euclid's
 * alone takes 80 ms for the primes of an RSA key of 16,384 bits.
 */
export function modInverse(value: bigint, modulus: bigint): bigint | undefined {
  let [a, b] = [modulus, value % modulus];
  let [x, y] = [0n, 1n];
  let shift = 0n;
  while (a >> shift !== 0n) shift += 64n;
  while (b !== 0n) {
    while (shift > 0n && a >> (shift + leadingBits - 1n) === 0n) shift--;
    const steps = leadingSteps(Number(a >> shift), Number(b >> shift));
    if (steps) {
      const [aa, ab, ba, bb] = steps.map(BigInt) as [bigint, bigint, bigint, bigint];
      [a, b] = [aa * a + ab * b, ba * a + bb * b];
      [x, y] = [aa * x + ab * y, ba * x + bb * y];
    } else {
      const quotient = a / b;
      [a, b] = [b, a - quotient * b];
      [x, y] = [y, x - quotient * y];
    }
  }
  if (a !== 1n) return undefined;
  return x < 0n ? x + modulus : x;
}

/**
 * Several steps of Euclid's algorithm as one matrix, as far as the leading digits alone tell the quotients
 * (Knuth, TAOCP 4.5.2, algorithm L); undefined when they don't tell even one.
 */
function leadingSteps(first: number, second: number): [number, number, number, number] | undefined {
  let [u, v] = [first, second];
  let [aa, ab, ba, bb] = [1, 0, 0, 1];
  while (v + ba !== 0 && v + bb !== 0) {
    const quotient = Math.floor((u + aa) / (v + ba));
    if (quotient !== Math.floor((u + ab) / (v + bb))) break;
    [aa, ab, ba, bb] = [ba, bb, aa - quotient * ba, ab - quotient * bb];
    [u, v] = [v, u - quotient * v];
  }
  return ab === 0 ? undefined : [aa, ab, ba, bb];
}
