// The BoringSSL profile refuses what Electron's node:crypto lacks; without this, its project would prove nothing.
import { createDecipheriv } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import * as boringssl from '../../fakes/boringssl-crypto.ts';
import { fixtureText, passphrase } from './fixtures.ts';

const real = process.getBuiltinModule('node:crypto');
const data = new Uint8Array(4);
const key = (name: string) => ({ key: fixtureText(name), passphrase: Buffer.from(passphrase) });

describe('the BoringSSL profile', () => {
  it('is what node:crypto means in the project of its name, and only there', ({ task }) => {
    const isProfile = task.file.projectName === 'boringssl';
    expect(createDecipheriv).toBe(isProfile ? boringssl.createDecipheriv : real.createDecipheriv);
  });

  it.each(['chacha20-poly1305', 'chacha20', 'aes-128-ccm', 'camellia-128-cbc', 'des-cbc', 'aes128-wrap'])(
    'has no cipher %s',
    (name) => {
      expect(() => boringssl.createCipheriv(name, new Uint8Array(32), new Uint8Array(12))).toThrow(
        'BoringSSL has no',
      );
      expect(() => boringssl.createDecipheriv(name, new Uint8Array(32), new Uint8Array(12))).toThrow(
        'BoringSSL has no',
      );
    },
  );

  it.each(['sha3-256', 'shake256', 'blake2b512', 'ripemd160', 'sm3'])('has no digest %s', (name) => {
    expect(() => boringssl.createHash(name)).toThrow('BoringSSL has no');
    expect(() => boringssl.createHmac(name, data)).toThrow('BoringSSL has no');
    expect(() => boringssl.pbkdf2Sync('', data, 1, 1, name)).toThrow('BoringSSL has no');
  });

  it.each([
    'ed448.pkcs8',
    'secp256k1.pem',
    'p256.pkcs8-scrypt',
    'ed25519.pkcs8-hmacWithSHA512',
    'ed25519.pkcs8-hmacWithSHA384',
    'p256.pkcs8-PBE-MD5-DES',
  ])('imports no %s', (name) => {
    expect(() => boringssl.createPrivateKey(key(name))).toThrow(/BoringSSL has no/);
  });

  it('imports no Ed448 public key and makes none', () => {
    expect(() => boringssl.createPublicKey(fixtureText('ed448.spki'))).toThrow('BoringSSL has no');
    expect(() => boringssl.generateKeyPairSync('ed448')).toThrow('BoringSSL has no');
    expect(() => boringssl.generateKeyPairSync('x448')).toThrow('BoringSSL has no');
  });

  it('reads a DSA key but does not sign with it', () => {
    const dsa = boringssl.createPrivateKey(key('dsa.pkcs8'));
    expect(dsa.asymmetricKeyType).toBe('dsa');
    expect(() => boringssl.sign('sha1', data, dsa)).toThrow('BoringSSL has no DSA');
    expect(() => boringssl.sign('sha1', data, fixtureText('dsa.pem'))).toThrow('BoringSSL has no DSA');
  });

  it('reads no PKCS #8 of version 1', () => {
    const der = real.createPrivateKey(key('ed25519.pkcs8')).export({ format: 'der', type: 'pkcs8' });
    expect(boringssl.createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).type).toBe('private');
    der[4] = 1;
    expect(() => boringssl.createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).toThrow('version 1');
  });

  it('has no Argon2 and no secp256k1', () => {
    expect(() => boringssl.argon2Sync()).toThrow('BoringSSL has no argon2');
    expect(() => boringssl.createECDH('secp256k1')).toThrow('BoringSSL has no');
  });

  it('passes what BoringSSL has', () => {
    const { privateKey, publicKey } = boringssl.generateKeyPairSync('ed25519');
    expect(boringssl.verify(null, data, publicKey, boringssl.sign(null, data, privateKey))).toBe(true);
    const cipher = boringssl.createCipheriv('aes-256-ctr', new Uint8Array(32), new Uint8Array(16));
    expect(cipher.update(data).length).toBe(4);
    expect(boringssl.createPrivateKey(key('p256.pkcs8-aes-128-cbc')).type).toBe('private');
    expect(boringssl.createPrivateKey(key('rsa2048.pem-des-ede3-cbc')).type).toBe('private');
  });
});
