// Which public keys are accepted, and the limits that keep hostile ones out.
import { describe, expect, it } from 'vitest';
import { MalformedMessageError, WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { UnsupportedKeyError } from '../../../../main/keys/key-errors.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import { fixtureNames, publicLine } from '../fixtures.ts';

const rsaBlob = (e: Uint8Array, n: Uint8Array): Uint8Array =>
  new WireWriter().text('ssh-rsa').mpint(e).mpint(n).finish();
/** An odd number of that many bits. */
const odd = (bits: number): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil(bits / 8)).fill(0xff);
  bytes[0] = 0xff >> (bytes.length * 8 - bits);
  return bytes;
};
const f4 = Uint8Array.of(1, 0, 1);

describe('a public key blob', () => {
  it.each([
    ['rsa1024', 'rsa', 1024],
    ['rsa2048', 'rsa', 2048],
    ['dsa', 'dsa', 1024],
    ['p256', 'ecdsa-p256', 256],
    ['p384', 'ecdsa-p384', 384],
    ['p521', 'ecdsa-p521', 521],
    ['ed25519', 'ed25519', 256],
    ['ed448', 'ed448', 448],
    ['mldsa44', 'mldsa44-ed25519', 512],
  ])('of %s is %s with %i bits and its own base', (name, type, bits) => {
    const key = publicLine(name).publicKey;
    expect([key.type, key.bits, key.certificate]).toEqual([type, bits, undefined]);
    expect(key.base).toBe(key);
    expect(key.algorithm).toBe(new WireReader(key.blob).readText());
  });

  it('is kept as an own copy, byte for byte', () => {
    for (const name of fixtureNames(/\.pub$/)) {
      const { blob } = publicLine(name.replace('.pub', '')).publicKey;
      const given = Uint8Array.from(blob);
      const key = parsePublicKey(given);
      given.fill(0);
      expect(key.blob).toEqual(blob);
    }
  });

  it('of RSA must have 1024 to 16384 bits', () => {
    expect(parsePublicKey(rsaBlob(f4, odd(1024))).bits).toBe(1024);
    expect(parsePublicKey(rsaBlob(f4, odd(16_384))).bits).toBe(16_384);
    expect(() => parsePublicKey(rsaBlob(f4, odd(1023)))).toThrow(UnsupportedKeyError);
    expect(() => parsePublicKey(rsaBlob(f4, odd(16_385)))).toThrow(UnsupportedKeyError);
  });

  it('of RSA must have an odd exponent from 3 to 33 bits and an odd modulus', () => {
    expect(parsePublicKey(rsaBlob(Uint8Array.of(3), odd(1024))).type).toBe('rsa');
    expect(parsePublicKey(rsaBlob(odd(33), odd(1024))).type).toBe('rsa');
    expect(() => parsePublicKey(rsaBlob(odd(34), odd(1024)))).toThrow(UnsupportedKeyError);
    for (const e of [new Uint8Array(0), Uint8Array.of(1), Uint8Array.of(4)]) {
      expect(() => parsePublicKey(rsaBlob(e, odd(1024)))).toThrow(MalformedMessageError);
    }
    const even = odd(1024);
    even[127] = 0xfe;
    expect(() => parsePublicKey(rsaBlob(f4, even))).toThrow(MalformedMessageError);
  });

  it.each(['p256', 'p384', 'p521'])('of %s must hold an uncompressed point on the curve', (name) => {
    const { algorithm, blob } = publicLine(name).publicKey;
    const reader = new WireReader(blob);
    reader.readString();
    const [curve, point] = [reader.readText(), reader.readString()];
    const withPoint = (changed: Uint8Array, curveName = curve): Uint8Array =>
      new WireWriter().text(algorithm).text(curveName).string(changed).finish();
    expect(parsePublicKey(withPoint(point)).blob).toEqual(blob);
    const off = Uint8Array.from(point);
    off[off.length - 1] = (off.at(-1) as number) ^ 1;
    const compressed = Uint8Array.of(2, ...point.subarray(1, (point.length + 1) / 2));
    const hybrid = Uint8Array.of(6, ...point.subarray(1));
    const infinity = Uint8Array.of(0);
    for (const changed of [off, compressed, hybrid, infinity, point.subarray(0, -1), new Uint8Array(0)]) {
      expect(() => parsePublicKey(withPoint(changed))).toThrow(MalformedMessageError);
    }
    expect(() => parsePublicKey(withPoint(point, 'nistp999'))).toThrow(MalformedMessageError);
  });

  it.each([
    ['ssh-ed25519', 31],
    ['ssh-ed25519', 33],
    ['ssh-ed448', 56],
    ['ssh-ed448', 58],
    ['ssh-mldsa44-ed25519', 1343],
    ['ssh-mldsa44-ed25519', 1345],
    ['ssh-mldsa44-ed25519@openssh.com', 1312],
  ])('of %s must not have %i bytes', (algorithm, length) => {
    const blob = new WireWriter().text(algorithm).string(new Uint8Array(length)).finish();
    expect(() => parsePublicKey(blob)).toThrow(MalformedMessageError);
  });

  it('of DSA must have sound parameters', () => {
    const reader = new WireReader(publicLine('dsa').publicKey.blob);
    reader.readString();
    const [p, q, g, y] = [reader.readMpint(), reader.readMpint(), reader.readMpint(), reader.readMpint()];
    const blob = (...numbers: readonly Uint8Array[]): Uint8Array => {
      const writer = new WireWriter().text('ssh-dss');
      for (const number of numbers) writer.mpint(number);
      return writer.finish();
    };
    expect(parsePublicKey(blob(p, q, g, y)).type).toBe('dsa');
    const one = Uint8Array.of(1);
    for (const numbers of [
      [p, q, one, y],
      [p, q, g, one],
      [p, q, p, y],
      [p, odd(160), g, y],
    ]) {
      expect(() => parsePublicKey(blob(...numbers))).toThrow(MalformedMessageError);
    }
    expect(() => parsePublicKey(blob(p, odd(256), g, y))).toThrow(UnsupportedKeyError);
    expect(() => parsePublicKey(blob(odd(4097), q, g, y))).toThrow(UnsupportedKeyError);
  });

  it('of an unknown kind is named without echoing arbitrary bytes', () => {
    const named = (name: string) => () => parsePublicKey(new WireWriter().text(name).finish());
    expect(named('ssh-xmss@openssh.com')).toThrow(/“ssh-xmss@openssh.com” are not supported/);
    expect(named('evil\x1b[2J')).toThrow('this kind of key is not known');
    expect(named('constructor')).toThrow(UnsupportedKeyError);
    expect(named('')).toThrow(UnsupportedKeyError);
  });

  it('must not be a number that is not minimal', () => {
    const blob = new WireWriter()
      .text('ssh-rsa')
      .string(Uint8Array.of(0, 1, 0, 1))
      .mpint(odd(1024))
      .finish();
    expect(() => parsePublicKey(blob)).toThrow(MalformedMessageError);
  });
});
