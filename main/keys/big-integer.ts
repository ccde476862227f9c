// Big-endian magnitudes as BigInt and back, without a string in between (a string can't be wiped).

/** The number that big-endian bytes stand for; empty is zero. */
export function toBigInt(magnitude: Uint8Array): bigint {
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

/** The inverse of `value` modulo `modulus`, or undefined when they share a factor. */
export function modInverse(value: bigint, modulus: bigint): bigint | undefined {
  let [a, b] = [modulus, value % modulus];
  let [x, y] = [0n, 1n];
  while (b !== 0n) {
    const quotient = a / b;
    [a, b] = [b, a - quotient * b];
    [x, y] = [y, x - quotient * y];
  }
  if (a !== 1n) return undefined;
  return x < 0n ? x + modulus : x;
}
