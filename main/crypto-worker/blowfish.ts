// Blowfish with the "eksblowfish" key schedule of bcrypt, on 32-bit words.

const rounds = 16;
const sBoxWords = 256;

/** P-array and S-boxes: the first 1042 words of pi's fraction. Computed once, on first use. */
let initialState: { readonly p: Int32Array; readonly s: Int32Array } | undefined;

/** One Blowfish state. Call `wipe()` when done: the state is as good as the key. */
export class Blowfish {
  readonly #p: Int32Array;
  readonly #s: Int32Array;

  constructor() {
    initialState ??= piState();
    this.#p = initialState.p.slice();
    this.#s = initialState.s.slice();
  }

  /** Mixes a key into the P-array, then replaces all subkeys by encryptions of zeros salted with `salt` in turn. */
  expand(key: Int32Array, salt?: Int32Array): void {
    const p = this.#p;
    for (let i = 0; i < p.length; i++) p[i] = (p[i] as number) ^ (key[i % key.length] as number);
    const block = new Int32Array(2);
    let saltIndex = 0;
    for (const table of [p, this.#s]) {
      for (let i = 0; i < table.length; i += 2) {
        if (salt) {
          block[0] = (block[0] as number) ^ (salt[saltIndex % salt.length] as number);
          block[1] = (block[1] as number) ^ (salt[(saltIndex + 1) % salt.length] as number);
          saltIndex += 2;
        }
        this.encrypt(block, 0);
        table[i] = block[0] as number;
        table[i + 1] = block[1] as number;
      }
    }
  }

  /** Encrypts the two words at `offset` in place. */
  encrypt(words: Int32Array, offset: number): void {
    const p = this.#p;
    const s = this.#s;
    let left = words[offset] as number;
    let right = words[offset + 1] as number;
    for (let i = 0; i < rounds; i += 2) {
      left ^= p[i] as number;
      right ^=
        ((((s[left >>> 24] as number) + (s[0x100 | ((left >>> 16) & 0xff)] as number)) ^
          (s[0x200 | ((left >>> 8) & 0xff)] as number)) +
          (s[0x300 | (left & 0xff)] as number)) |
        0;
      right ^= p[i + 1] as number;
      left ^=
        ((((s[right >>> 24] as number) + (s[0x100 | ((right >>> 16) & 0xff)] as number)) ^
          (s[0x200 | ((right >>> 8) & 0xff)] as number)) +
          (s[0x300 | (right & 0xff)] as number)) |
        0;
    }
    words[offset] = right ^ (p[rounds + 1] as number);
    words[offset + 1] = left ^ (p[rounds] as number);
  }

  wipe(): void {
    this.#p.fill(0);
    this.#s.fill(0);
  }
}

function piState(): { p: Int32Array; s: Int32Array } {
  const words = piFractionWords(rounds + 2 + 4 * sBoxWords);
  return { p: words.slice(0, rounds + 2), s: words.slice(rounds + 2) };
}

/** The first `count` 32-bit words of pi's binary fraction, by Machin's formula 16·atan(1/5) - 4·atan(1/239). */
function piFractionWords(count: number): Int32Array {
  const guardBits = 64n;
  const bits = BigInt(count * 32) + guardBits;
  const pi = 16n * arctanOfInverse(5n, bits) - 4n * arctanOfInverse(239n, bits);
  let fraction = (pi - (3n << bits)) >> guardBits;
  const words = new Int32Array(count);
  for (let i = count - 1; i >= 0; i--) {
    words[i] = Number(BigInt.asIntN(32, fraction));
    fraction >>= 32n;
  }
  return words;
}

/** atan(1/x) in fixed point, by its Taylor series. */
function arctanOfInverse(x: bigint, bits: bigint): bigint {
  let power = (1n << bits) / x;
  let sum = power;
  for (let n = 3n, sign = -1n; power !== 0n; n += 2n, sign = -sign) {
    power /= x * x;
    sum += (sign * power) / n;
  }
  return sum;
}
