// Many steps of Euclid's algorithm at once, on numbers of 16-bit limbs (Knuth, TAOCP 4.5.2, algorithm L: Lehmer's).

type Limbs = Uint32Array<ArrayBuffer>;
/** A matrix row by row: what becomes of the first number, and of the second. Its signs tell odd from even steps. */
export type Steps = Int32Array<ArrayBuffer>;

const limbBits = 16;
const mask = 0xffff;
/** SECURITY: together the quotients are the numbers; what they come from stays so short that V8 has no heap number of it. */
const leadingBits = 29;
/** So that two products with limbs and a carry fit 32 bits with a sign. */
const largestEntry = 2 ** 14 - 1;

/**
 * As many steps on `first` ≥ `second` as their leading bits alone tell the quotients of, into `steps`. False when they
 * don't tell even one, as where the quotient is large.
 */
export function findSteps(first: Limbs, second: Limbs, steps: Steps): boolean {
  const shift = Math.max(0, bitLength(first) - leadingBits);
  let [u, v] = [shiftedRight(first, shift), shiftedRight(second, shift)];
  let [aa, ab, ba, bb] = [1, 0, 0, 1];
  while (v + ba !== 0 && v + bb !== 0) {
    const quotient = Math.floor((u + aa) / (v + ba));
    if (quotient !== Math.floor((u + ab) / (v + bb))) break;
    const [nextOfBa, nextOfBb] = [aa - quotient * ba, ab - quotient * bb];
    if (Math.abs(nextOfBb) > largestEntry) break;
    [aa, ab, ba, bb] = [ba, bb, nextOfBa, nextOfBb];
    [u, v] = [v, u - quotient * v];
  }
  steps[0] = aa;
  steps[1] = ab;
  steps[2] = ba;
  steps[3] = bb;
  return ab !== 0;
}

export function isOdd(steps: Steps): boolean {
  return (steps[3] as number) < 0;
}

/** The steps on the numbers that they were found for, in place. */
export function takeSteps(first: Limbs, second: Limbs, steps: Steps): void {
  combine(first, second, steps, (entry) => entry);
}

/** The same steps on the factors, whose signs alternate, so that their sizes add up. */
export function takeStepsOnFactors(first: Limbs, second: Limbs, steps: Steps): void {
  combine(first, second, steps, Math.abs);
}

function combine(first: Limbs, second: Limbs, steps: Steps, sign: (entry: number) => number): void {
  const [aa, ab] = [sign(steps[0] as number), sign(steps[1] as number)];
  const [ba, bb] = [sign(steps[2] as number), sign(steps[3] as number)];
  const length = Math.min(
    first.length,
    Math.ceil(Math.max(bitLength(first), bitLength(second)) / limbBits) + 1,
  );
  let carryOfFirst = 0;
  let carryOfSecond = 0;
  for (let i = 0; i < length; i++) {
    const u = first[i] as number;
    const v = second[i] as number;
    const nextOfFirst = (Math.imul(aa, u) + Math.imul(ab, v) + carryOfFirst) | 0;
    const nextOfSecond = (Math.imul(ba, u) + Math.imul(bb, v) + carryOfSecond) | 0;
    first[i] = nextOfFirst & mask;
    second[i] = nextOfSecond & mask;
    carryOfFirst = nextOfFirst >> limbBits;
    carryOfSecond = nextOfSecond >> limbBits;
  }
}

function bitLength(limbs: Limbs): number {
  let length = limbs.length;
  while (length > 0 && limbs[length - 1] === 0) length--;
  return length === 0 ? 0 : limbBits * length - Math.clz32(limbs[length - 1] as number) + limbBits;
}

/** What fits 31 bits. */
function shiftedRight(limbs: Limbs, bits: number): number {
  const [lowest, rest] = [Math.floor(bits / limbBits), bits % limbBits];
  let result = (limbs[lowest] ?? 0) >>> rest;
  for (let i = 1; i <= 2; i++) result += (limbs[lowest + i] ?? 0) * 2 ** (limbBits * i - rest);
  return result;
}
