// Key files as programs other than the usual ones write them: read as ssh-keygen reads them, or told what they are.
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload as offload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import {
  modInverse,
  stripLeadingZeros,
  toBigInt,
  toMagnitude,
} from '../../../../main/keys/encoding/big-integer.ts';
import { findPemBlocks } from '../../../../main/keys/encoding/pem.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { parseKeyFile } from '../../../../main/keys/files/parse-key-file.ts';
import { parsePublicKeyLine } from '../../../../main/keys/files/public-key-line.ts';
import type { DecryptedKey } from '../../../../main/keys/files/shared/key-file.ts';
import type { KeyFileErrorCode } from '../../../../main/keys/files/shared/key-file-error.ts';
import { recoverPrimes } from '../../../../main/keys/kinds/rsa/rsa-primes.ts';
import { verifySignature } from '../../../../main/keys/kinds/verify-signature.ts';
import { algorithmOf, fixture, fixtureText } from '../fixtures.ts';

const text = new TextEncoder();
const passphrase = text.encode('secret');
const publicKeys = fixtureText('odd/public-keys.txt')
  .trim()
  .split('\n')
  .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const);

async function open(bytes: Uint8Array): Promise<DecryptedKey> {
  const file = parseKeyFile(bytes);
  if (file.kind === 'encrypted') return await file.decrypt(passphrase, offload);
  return {
    comment: file.comment,
    rawComment: file.rawComment,
    publicKey: file.publicKey,
    fields: await file.fields(offload),
  };
}

const pem = (label: string, body: Uint8Array) =>
  text.encode(`-----BEGIN ${label}-----\n${Buffer.from(body).toString('base64')}\n-----END ${label}-----\n`);

/** What a PEM file of one block has inside. */
function pemContents(name: string): Buffer {
  const [block] = findPemBlocks(fixture(name));
  return Buffer.from(Buffer.from(block?.body ?? []).toString('latin1'), 'base64');
}

/** An OpenSSH file in clear with this padding after a comment that fills the last block. */
async function opensshFileWith(padding: Uint8Array, keys = 1): Promise<Uint8Array> {
  const { fields, publicKey } = await open(fixture('ed25519.openssh'));
  const section = new WireWriter().uint32(7).uint32(7).bytes(fields.encodeForAgent().bytes);
  const commentLength = 8 - ((section.length + 4 + padding.length) % 8);
  section.text('c'.repeat(commentLength)).bytes(padding);
  const body = new WireWriter().bytes(text.encode('openssh-key-v1\0')).text('none').text('none').text('');
  body.uint32(keys).string(publicKey.blob).string(section.finish());
  return pem('OPENSSH PRIVATE KEY', body.finish());
}

const countingUp = (length: number) => Uint8Array.from({ length }, (_, index) => index + 1);

describe('an odd key file', () => {
  it.each(publicKeys)('%s is read as OpenSSH or PuTTY reads it, and signs', async (name, line) => {
    const { fields, publicKey } = await open(fixture(`odd/${name}`));
    expect(Buffer.from(publicKey.blob).toString('base64')).toBe(line.split(' ')[1]);
    const key = await fields.load(offload);
    const data = text.encode('data');
    const signature = await key.sign(data, algorithmOf[publicKey.type]);
    expect(await verifySignature(parsePublicKeyLine(line).publicKey, signature, data, offload)).toBe(true);
  });

  it.each([
    ['pem_camellia128_pass-secret.key', 'unsupported', /CAMELLIA-128-CBC.*openssl pkey -aes256 -in/],
    ['pem_aria128.key', 'unsupported', /ARIA-128-CBC/],
    ['p8_camellia-128-cbc.key', 'unsupported', /Camellia-128/],
    ['p8_aria-256-cbc.key', 'unsupported', /ARIA-256/],
    ['p8_seed-cbc.key', 'unsupported', /SEED.*-provider legacy/],
    ['p8_rc2-cbc.key', 'unsupported', /RC2.*-provider legacy/],
    ['p8_PBE-SHA1-RC2-40.key', 'unsupported', /RC2 of 40 bits/],
    ['p8_PBE-SHA1-RC4-128.key', 'unsupported', /RC4 of 128 bits/],
    ['p8_aes-256-cfb.key', 'unsupported', /AES-256 in CFB mode/],
    ['ber_indefinite.key', 'unsupported', /BER/],
    ['dsa_q256_p8.key', 'unsupported', /DSA.*160.*2048 and 256/],
    ['dsa_q256_trad.key', 'unsupported', /DSA.*160.*2048 and 256/],
  ] satisfies [string, KeyFileErrorCode, RegExp][])('%s is named: %s', (name, code, message) => {
    expect(() => parseKeyFile(fixture(`odd/${name}`))).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it.each([
    ['pkcs12', 'unsupported', /PKCS #12.*openssl pkcs12/],
    ['dropbear', 'unsupported', /Dropbear.*dropbearconvert/],
    ['der-pkcs8', 'unsupported', /DER.*openssl pkey/],
    ['der-pkcs8-encrypted', 'unsupported', /DER/],
    ['der-sec1', 'unsupported', /DER/],
    ['der-certificate', 'not-a-key-file', /X\.509/],
  ] satisfies [string, KeyFileErrorCode, RegExp][])('in binary is named: %s', (name, code, message) => {
    const bytes = Buffer.from(fixtureText(`odd/${name}.base64`), 'base64');
    expect(() => parseKeyFile(bytes)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  it.each([
    ['a JSON Web Key', '{\n  "alg": "RS256", "kty": "RSA", "n": "AQAB" }', /JSON Web Key/],
    ['.NET XML', '<RSAKeyValue><Modulus>AQAB</Modulus></RSAKeyValue>', /XML/],
    ['a Java key store', '\xfe\xed\xfe\xed\x00\x00\x00\x02', /JKS/],
    [
      'another label',
      '-----BEGIN GOST PRIVATE KEY-----\nAAAA\n-----END GOST PRIVATE KEY-----',
      /“GOST PRIVATE KEY”/,
    ],
  ])('of another kind is named: %s', (_name, contents, message) => {
    expect(() => parseKeyFile(Buffer.from(contents, 'latin1'))).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringMatching(message) }),
    );
  });

  it('of OpenSSH with two keys in it is told so', async () => {
    const bytes = await opensshFileWith(new Uint8Array(0), 2);
    expect(() => parseKeyFile(bytes)).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringMatching(/more than one key/) }),
    );
  });

  it.each([0, 1, 8, 16, 255])('of OpenSSH has padding 1, 2, 3 … of %i bytes', async (length) => {
    const { publicKey } = await open(await opensshFileWith(countingUp(length)));
    expect(publicKey.algorithm).toBe('ssh-ed25519');
  });

  it.each([
    ['that does not count up', Uint8Array.of(1, 2, 3, 4, 5, 6, 8)],
    ['of zeros', new Uint8Array(8)],
    ['of 256 bytes', countingUp(256)],
  ])('of OpenSSH with padding %s is damaged', async (_name, padding) => {
    await expect(async () => parseKeyFile(await opensshFileWith(padding))).rejects.toMatchObject({
      code: 'corrupt',
    });
  });

  it('starts with a byte order mark', async () => {
    for (const name of ['ed25519.ppk', 'ed25519.openssh', 'p256.pem']) {
      const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, ...fixture(name));
      expect((await open(bytes)).publicKey.blob).toEqual((await open(fixture(name))).publicKey.blob);
    }
  });
});

describe('an encrypted key file is told to be damaged before its passphrase is asked for', () => {
  it('when its OpenSSH section is too short for the key', () => {
    const body = pemContents('ed25519.openssh-aes256-ctr');
    const length = body.indexOf(Buffer.from('00000033', 'hex')) + 4 + 0x33;
    const short = Buffer.concat([
      body.subarray(0, length),
      Buffer.from('00000030', 'hex'),
      body.subarray(length + 4),
    ]);
    const cut = short.subarray(0, length + 4 + 0x30);
    expect(() => parseKeyFile(pem('OPENSSH PRIVATE KEY', cut))).toThrow(
      expect.objectContaining({ code: 'corrupt' }),
    );
  });

  it.each(['ed25519.ppk2-aes', 'ed25519.ppk-argon2id'])('when the MAC of %s is cut off', (name) => {
    const whole = fixtureText(name).trimEnd();
    expect(parseKeyFile(text.encode(whole)).kind).toBe('encrypted');
    expect(() => parseKeyFile(text.encode(whole.slice(0, -2)))).toThrow(
      expect.objectContaining({ code: 'corrupt' }),
    );
  });
});

describe('an elliptic curve spelt out by its numbers', () => {
  const encoded = pemContents('odd/ec_p256_explicit.key');
  const numbers = {
    p: 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff',
    a: 'ffffffff00000001000000000000000000000000fffffffffffffffffffffffc',
    b: '5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b',
    base: '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296',
    order: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
    // With the end of the order before it.
    cofactor: 'fc632551020101',
  };

  it.each(Object.entries(numbers))('is refused when its %s is another', (_name, number) => {
    const at = encoded.indexOf(Buffer.from(number, 'hex'));
    expect(at).toBeGreaterThan(0);
    const changed = Buffer.from(encoded);
    const last = at + number.length / 2 - 1;
    changed.writeUInt8(changed.readUInt8(last) ^ 2, last);
    expect(() => parseKeyFile(pem('EC PRIVATE KEY', changed))).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: expect.stringMatching(/P-256, P-384 and P-521/),
      }),
    );
  });

  it('is refused with a base point on the curve that is another', async () => {
    const { publicKey } = await open(fixture('odd/ec_p256_explicit.key'));
    const base = encoded.indexOf(Buffer.from(numbers.base, 'hex'));
    const changed = Buffer.from(encoded);
    changed.set(publicKey.blob.subarray(-65), base);
    expect(() => parseKeyFile(pem('EC PRIVATE KEY', changed))).toThrow(
      expect.objectContaining({ code: 'unsupported' }),
    );
  });
});

describe('a point in hybrid form', () => {
  it('whose sign is wrong is damaged', () => {
    const encoded = pemContents('odd/ec_p256_named_hybrid.key');
    const start = encoded.length - 65;
    expect([6, 7]).toContain(encoded[start]);
    encoded.writeUInt8(encoded.readUInt8(start) ^ 1, start);
    expect(() => parseKeyFile(pem('EC PRIVATE KEY', encoded))).toThrow(
      expect.objectContaining({ code: 'corrupt' }),
    );
  });
});

describe('the primes of an RSA key', () => {
  it('are found for primes that share a large factor, and not for numbers that make no key', () => {
    // p - 1 and q - 1 share 90.
    const [p, q, e] = [1208925819614629174706731n, 2417851639229258349413731n, 17n];
    const lambda = ((p - 1n) * (q - 1n)) / gcd(p - 1n, q - 1n);
    const d = modInverse(e, lambda) as bigint;
    const bytes = (value: bigint) => stripLeadingZeros(toMagnitude(value, 32));
    const found = recoverPrimes(bytes(p * q), bytes(e), bytes(d));
    expect([found?.p, found?.q].map((prime) => toBigInt(prime ?? new Uint8Array()))).toEqual([q, p]);
    expect(recoverPrimes(bytes(p * q), bytes(e), bytes(d + 2n))).toBeUndefined();
    expect(recoverPrimes(bytes(p * q), bytes(e), bytes(d + 1n))).toBeUndefined();
    expect(recoverPrimes(bytes(p * q), bytes(e), new Uint8Array(0))).toBeUndefined();
  });

  it('that are missing and can not be found make the file inconsistent', async () => {
    const contents = pemContents('odd/rsa_java_no_primes_phi.key');
    const at = contents.length - 40;
    contents.writeUInt8(contents.readUInt8(at) ^ 2, at);
    const file = parseKeyFile(pem('PRIVATE KEY', contents));
    await expect(file.kind === 'clear' && file.fields(offload)).rejects.toMatchObject({
      code: 'inconsistent',
    });
  });
});

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
