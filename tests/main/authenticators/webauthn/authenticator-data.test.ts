import { describe, expect, it } from 'vitest';
import {
  rawSignature,
  readAttestedCredential,
  readAuthenticatorFacts,
} from '../../../../main/authenticators/webauthn/authenticator-data.ts';
import { authenticatorData, coseKey, makeWebAuthnKey } from '../../../fakes/authenticator-data.ts';

describe('what a security key says of a signature', () => {
  it('has flags and counter', () => {
    const data = authenticatorData({ application: 'ssh:work', flags: 5, counter: 0xffff_ffff });
    expect(readAuthenticatorFacts(data, 'ssh:work')).toEqual({ flags: 5, counter: 0xffff_ffff });
  });

  it.each([
    [
      'is for another application',
      authenticatorData({ application: 'https://example.org' }),
      /another application/,
    ],
    ['is cut off', authenticatorData().subarray(0, 36), /past the end/],
    [
      'has extensions, which SSH can’t pass on',
      authenticatorData({ extensions: Buffer.of(0xa0) }),
      /trailing/,
    ],
  ])('is refused when it %s', (_what, data, problem) => {
    expect(() => readAuthenticatorFacts(data, 'ssh:')).toThrow(problem);
  });
});

describe('what a security key says of a new key', () => {
  it.each(['ed25519', 'ecdsa-p256'] as const)('has its %s point and handle', (algorithm) => {
    const key = makeWebAuthnKey(algorithm, 1023);
    const { point, keyHandle } = key;
    const data = authenticatorData({ key, extensions: Buffer.from('a16b6372656450726f7465637403', 'hex') });
    expect(readAttestedCredential(data, 'ssh:', algorithm)).toEqual({
      flags: 0x41,
      counter: 7,
      point: Uint8Array.from(point),
      keyHandle: Uint8Array.from(keyHandle),
    });
  });

  const key = makeWebAuthnKey('ed25519');
  const whole = authenticatorData({ key });
  const shorter = (bytes: number) => whole.subarray(0, whole.length - bytes);
  const withCose = (cose: string) =>
    Buffer.concat([whole.subarray(0, whole.length - coseKey(key).length), Buffer.from(cose, 'hex')]);

  it.each([
    ['there is none', authenticatorData(), /without a key/],
    ['it is of another algorithm', authenticatorData({ key: makeWebAuthnKey('ecdsa-p256') }), /another kind/],
    ['it has no handle', authenticatorData({ key: makeWebAuthnKey('ed25519', 0) }), /without a handle/],
    ['its point is cut off', shorter(1), /past its end/],
    ['its point is short', withCose('a401010327200621581f'.concat('00'.repeat(31))), /no point/],
    ['it has no point', withCose('a3010103272006'), /no point/],
    [
      'its handle is longer than all the rest',
      Buffer.concat([whole.subarray(0, 53), Buffer.alloc(9, 0xff)]),
      /past the end/,
    ],
  ])('is refused when %s', (_what, data, problem) => {
    expect(() => readAttestedCredential(data, 'ssh:', 'ed25519')).toThrow(problem);
  });
});

describe('a signature by WebAuthn', () => {
  it('is r and s of 32 bytes each for ECDSA, however long they are in DER', () => {
    const der = Buffer.from('3008020200ff02020001', 'hex');
    const raw = rawSignature(der, 'ecdsa-p256');
    expect([raw.length, raw[31], raw[63]]).toEqual([64, 0xff, 1]);
  });

  it.each([
    ['a number of 33 bytes', `3027022201${'ff'.repeat(33)}020101`, /too large/],
    ['bytes behind it', '300602010102010100', /trailing/],
    ['what is no DER', '00', /DER/],
  ])('is refused for ECDSA with %s', (_what, hex, problem) => {
    expect(() => rawSignature(Buffer.from(hex, 'hex'), 'ecdsa-p256')).toThrow(problem);
  });

  it('is 64 bytes for Ed25519', () => {
    expect(rawSignature(new Uint8Array(64), 'ed25519').length).toBe(64);
    expect(() => rawSignature(new Uint8Array(65), 'ed25519')).toThrow('not an Ed25519 signature');
  });
});
