// PuTTY's host key store, entry by entry. The values are made as PuTTY makes them: affine coordinates and numbers in hex.
import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parsePuttyHostKey, parsePuttyHostKeyLine } from '../../../../main/stored/hosts/putty-host-keys.ts';
import { ecdsaKey, ed25519Key, rsaKey, type TestKey } from '../../../fakes/test-key.ts';

const jwk = (key: TestKey) => createPublicKey(key.keyObject).export({ format: 'jwk' });
const hex = (base64url: string | undefined) =>
  `0x${Buffer.from(base64url ?? '', 'base64url')
    .toString('hex')
    .replace(/^0+(?=.)/, '')}`;
const keyOf = (key: TestKey) => Buffer.from(key.blob).toString('base64');

// RFC 8032 §7.1's curve: x is recovered from y, as PuTTY stores both.
const p = 2n ** 255n - 19n;
const power = (base: bigint, exponent: bigint): bigint => {
  let [result, square] = [1n, base % p];
  for (let rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % p)
    if (rest & 1n) result = (result * square) % p;
  return result;
};

function ed25519Coordinates(key: TestKey): string {
  const encoded = Uint8Array.from(key.blob.subarray(key.blob.length - 32));
  const sign = BigInt((encoded[31] ?? 0) >> 7);
  encoded[31] = (encoded[31] ?? 0) & 0x7f;
  const y = BigInt(`0x${Buffer.from(encoded).reverse().toString('hex')}`);
  const d = (-121665n * power(121666n, p - 2n)) % p;
  const x2 = ((((y * y - 1n) * power(d * y * y + 1n, p - 2n)) % p) + p) % p;
  let x = power(x2, (p + 3n) / 8n);
  if ((x * x - x2) % p !== 0n) x = (x * power(2n, (p - 1n) / 4n)) % p;
  if ((x & 1n) !== sign) x = p - x;
  return `0x${x.toString(16)},0x${y.toString(16)}`;
}

describe("PuTTY's host keys", () => {
  it('reads RSA keys', () => {
    const key = rsaKey(1024);
    const { e, n } = jwk(key);
    expect(parsePuttyHostKey({ name: 'rsa2@22:db.example', value: `${hex(e)},${hex(n)}` })).toEqual({
      source: 'putty',
      role: 'host',
      patterns: ['db.example'],
      key: keyOf(key),
    });
  });

  it.each(['P-256', 'P-384', 'P-521'] as const)('reads ECDSA keys on %s', (curve) => {
    const key = ecdsaKey(curve);
    const { x, y } = jwk(key);
    const name = `nistp${curve.slice(2)}`;
    const entry = parsePuttyHostKey({
      name: `ecdsa-sha2-${name}@2222:db.example`,
      value: `${name},${hex(x)},${hex(y)}`,
    });
    expect(entry).toMatchObject({ patterns: ['[db.example]:2222'], key: keyOf(key) });
  });

  it('reads Ed25519 keys of both signs of x', () => {
    for (let i = 0; i < 16; i++) {
      const key = ed25519Key();
      const line = `ssh-ed25519@22:db.example ${ed25519Coordinates(key)}`;
      expect(parsePuttyHostKeyLine(line)?.key).toBe(keyOf(key));
    }
  });

  it('reads names that the registry had to escape', () => {
    const key = rsaKey(1024);
    const { e, n } = jwk(key);
    const entry = parsePuttyHostKey({ name: 'rsa2@22:fe80%3A%3A1%25eth0', value: `${hex(e)},${hex(n)}` });
    expect(entry?.patterns).toEqual(['fe80::1%eth0']);
  });

  it.each([
    ['SSH-1 keys', 'rsa@22:db.example 0x10001,0xc0ffee'],
    ['a value without numbers', 'rsa2@22:db.example 65537,123'],
    ['too few numbers', 'rsa2@22:db.example 0x10001'],
    ['a coordinate out of range', `ssh-ed25519@22:db.example 0x1,0x${'f'.repeat(66)}`],
    ['another curve than the name says', 'ecdsa-sha2-nistp256@22:db.example nistp384,0x1,0x2'],
    ['a name without port', 'rsa2@db.example 0x10001,0xc0ffee'],
    ['a line without value', 'rsa2@22:db.example'],
    ['a number beyond all bounds', `rsa2@22:db.example 0x10001,0x${'f'.repeat(9000)}`],
  ])('skips %s', (_, line) => {
    expect(parsePuttyHostKeyLine(line)).toBeUndefined();
  });
});
