// DSA (FIPS 186-4) over SHA-1 with RFC 6979 nonces, for runtimes whose node:crypto can't sign with it.
// BigInt arithmetic is not constant time; the agent answers local clients only, and DSA is legacy.
import { createHash, createHmac } from 'node:crypto';
import type { DsaNumbers } from '../../crypto-offload.ts';
import { modInverse, modPow, toBigInt, toMagnitude } from '../../encoding/big-integer.ts';

const subgroupBytes = 20;

/** The public number g^x mod p as a magnitude of p's length. */
export function dsaPublicNumber(key: Pick<DsaNumbers, 'p' | 'g'>, x: Uint8Array): Uint8Array {
  return toMagnitude(modPow(toBigInt(key.g), toBigInt(x), toBigInt(key.p)), key.p.length);
}

/**
 * 40-byte r‖s over SHA-1 of `data`, with the nonce of RFC 6979 §3.2. Throws RangeError for parameters that make no
 * signature: SECURITY: trying other nonces would go on for ever where g^k is 0 for each of them.
 */
export function dsaSign(key: DsaNumbers, x: Uint8Array, data: Uint8Array): Uint8Array {
  const [p, q, g, secret] = [toBigInt(key.p), toBigInt(key.q), toBigInt(key.g), toBigInt(x)];
  const digest = createHash('sha1').update(data).digest();
  const z = toBigInt(digest);
  const secretOctets = toMagnitude(secret, subgroupBytes);
  const nonces = rfc6979Nonces(secretOctets, toMagnitude(z % q, subgroupBytes));
  secretOctets.fill(0);
  for (;;) {
    const k = toBigInt(nonces.next());
    if (k === 0n || k >= q) continue;
    const r = modPow(g, k, p) % q;
    const s = ((modInverse(k, q) ?? 0n) * (z + secret * r)) % q;
    nonces.wipe();
    if (r === 0n || s === 0n) throw new RangeError('the DSA parameters make no signature');
    const signature = new Uint8Array(2 * subgroupBytes);
    signature.set(toMagnitude(r, subgroupBytes));
    signature.set(toMagnitude(s, subgroupBytes), subgroupBytes);
    return signature;
  }
}

/** Whether a 40-byte r‖s is a good signature over SHA-1 of `data`. */
export function dsaVerify(key: DsaNumbers, data: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 2 * subgroupBytes) return false;
  const [p, q, g, y] = [toBigInt(key.p), toBigInt(key.q), toBigInt(key.g), toBigInt(key.y)];
  const [r, s] = [
    toBigInt(signature.subarray(0, subgroupBytes)),
    toBigInt(signature.subarray(subgroupBytes)),
  ];
  if (r <= 0n || r >= q || s <= 0n || s >= q) return false;
  const w = modInverse(s, q);
  if (w === undefined) return false;
  const z = toBigInt(createHash('sha1').update(data).digest());
  const v = (modPow(g, (z * w) % q, p) * modPow(y, (r * w) % q, p)) % p;
  return v % q === r;
}

/** RFC 6979 §3.2 with HMAC-SHA-1, whose output is just as long as q. */
function rfc6979Nonces(secret: Uint8Array, reducedDigest: Uint8Array): { next(): Uint8Array; wipe(): void } {
  let key: Uint8Array = new Uint8Array(subgroupBytes);
  let value: Uint8Array = new Uint8Array(subgroupBytes).fill(1);
  const hmac = (...parts: readonly Uint8Array[]): Uint8Array => {
    const mac = createHmac('sha1', key);
    for (const part of parts) mac.update(part);
    return mac.digest();
  };
  const rekey = (...parts: readonly Uint8Array[]): void => {
    key = hmac(value, ...parts);
    value = hmac(value);
  };
  rekey(Uint8Array.of(0), secret, reducedDigest);
  rekey(Uint8Array.of(1), secret, reducedDigest);
  let isFirst = true;
  return {
    next(): Uint8Array {
      if (!isFirst) rekey(Uint8Array.of(0));
      isFirst = false;
      value = hmac(value);
      return value;
    },
    wipe(): void {
      key.fill(0);
      value.fill(0);
    },
  };
}
