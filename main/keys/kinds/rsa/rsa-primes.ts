// The primes of an RSA key whose file leaves them out, as Java's does for keys made of a modulus and two exponents.
import { stripLeadingZeros, toBigInt, toMagnitude } from '../../encoding/big-integer.ts';
import { compare, isZero, SecretNumbers, toSecretMagnitude } from './secret-numbers.ts';

/** Of the two ratios' numbers, from the top: twice as many bits as decide, and too few to be worth hiding. */
const topBytes = 24;

/** SECURITY: bounds the arithmetic, some milliseconds then; no longer keys were seen without their primes. */
const maxModulusBytes = 512;

export interface RsaPrimes {
  readonly p: Uint8Array;
  readonly q: Uint8Array;
}

/**
 * The primes of n from e and d; undefined when the numbers make no key. The caller wipes them.
 *
 * e·d - 1 is a multiple of lcm(p - 1, q - 1), so that g·(e·d - 1) = k·(p - 1)·(q - 1) for some small g and k. As
 * (p - 1)·(q - 1) is next to n, g/k is next to n/(e·d - 1): so close that it is one of its convergents. From it comes
 * p + q, and with p·q the primes.
 */
export function recoverPrimes(n: Uint8Array, e: Uint8Array, d: Uint8Array): RsaPrimes | undefined {
  if (n.length > maxModulusBytes || d.length === 0 || d.length > n.length || e.length > n.length)
    return undefined;
  using number = new SecretNumbers();
  const modulus = number.from(n);
  const product = number.product(number.from(e), number.from(d));
  if (((product[0] ?? 0) & 1) === 0) return undefined;
  const multiple = number.evenBelow(product);
  const one = number.from(Uint8Array.of(1));
  for (const [g, k] of ratios(modulus, multiple, toBigInt(e))) {
    const total = number.product(multiple, number.from(magnitude(g)));
    const divisor = number.from(magnitude(k));
    if (!isZero(number.remainder(total, divisor))) continue;
    const primesSum = number.difference(number.sum(modulus, one), number.quotient(total, divisor));
    const [p, q] = (primesSum && primesOf(number, primesSum, modulus)) ?? [];
    if (p && q) return { p: toSecretMagnitude(p, n.length), q: toSecretMagnitude(q, n.length) };
  }
  return undefined;
}

const magnitude = (value: bigint) => toMagnitude(value, 2 * topBytes);

/** The convergents g/k of the continued fraction of modulus/multiple, with k up to `maxK`. */
function* ratios(modulus: Limbs, multiple: Limbs, maxK: bigint): Generator<[g: bigint, k: bigint]> {
  const length = 2 * Math.max(modulus.length, multiple.length);
  const whole = [modulus, multiple].map((limbs) => toSecretMagnitude(limbs, length));
  const start = Math.min(...whole.map((bytes) => length - stripLeadingZeros(bytes).length));
  let [a, b] = whole.map((bytes) => toBigInt(bytes.subarray(start, start + topBytes))) as [bigint, bigint];
  for (const bytes of whole) bytes.fill(0);
  let [g, k, lastG, lastK] = [1n, 0n, 0n, 1n];
  while (b > 0n) {
    const quotient = a / b;
    [a, b] = [b, a % b];
    [g, k, lastG, lastK] = [quotient * g + lastG, quotient * k + lastK, g, k];
    if (k > maxK) return;
    if (g > 0n) yield [g, k];
  }
}

type Limbs = ReturnType<SecretNumbers['from']>;

/** The two numbers with this sum and product; undefined when there are none. */
function primesOf(number: SecretNumbers, sum: Limbs, product: Limbs): [Limbs, Limbs] | undefined {
  const four = number.from(Uint8Array.of(4));
  const square = number.difference(number.product(sum, sum), number.product(product, four));
  const root = square && number.squareRoot(square);
  const lesser = root && number.difference(sum, root);
  if (!root || !lesser) return undefined;
  const [p, q] = [number.half(number.sum(sum, root)), number.half(lesser)];
  return compare(number.product(p, q), product) === 0 ? [p, q] : undefined;
}
