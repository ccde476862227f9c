// Files made wrong on purpose in ways that only one check each can notice.
import { createHash, generatePrimeSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload as offload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { modInverse, toBigInt, toMagnitude } from '../../../../main/keys/encoding/big-integer.ts';
import { DerReader, der, encodeDer } from '../../../../main/keys/encoding/der.ts';
import { MalformedMessageError } from '../../../../main/keys/encoding/wire.ts';
import { parseKeyFile } from '../../../../main/keys/files/parse-key-file.ts';
import { readPkcs1, readPkcs8, readSec1 } from '../../../../main/keys/files/pem/pkcs8.ts';
import type { EncryptedKeyFile } from '../../../../main/keys/files/shared/key-file.ts';
import { InconsistentKeyError, UnsupportedKeyError } from '../../../../main/keys/key-errors.ts';
import { RsaPrivateKeyFields } from '../../../../main/keys/kinds/rsa/rsa-private-key.ts';
import { rsaPublicKey } from '../../../../main/keys/kinds/rsa/rsa-public-key.ts';
import { keyOid } from '../../../../main/keys/kinds/shared/key-oids.ts';
import { importPrivateKey } from '../../../../main/keys/kinds/shared/node-private-key.ts';
import { verifySignature } from '../../../../main/keys/kinds/verify-signature.ts';
import { cheapestRunMs } from '../../../fakes/cheapest-run.ts';
import { fixtureText, openFixture, passphrase, publicLine } from '../fixtures.ts';

const text = new TextEncoder();
const someData = text.encode('data');

function pemBytes(name: string): Buffer {
  return Buffer.from(fixtureText(name).replace(/-----.*-----/g, ''), 'base64');
}

/** The fixture with the byte at `position` from the end changed, armoured again. */
function changedPem(name: string, fromEnd: number): Uint8Array {
  const bytes = pemBytes(name);
  const position = bytes.length - fromEnd;
  bytes.writeUInt8(bytes.readUInt8(position) ^ 1, position);
  const lines = fixtureText(name).trim().split('\n');
  return text.encode(`${lines[0]}\n${bytes.toString('base64')}\n${lines.at(-1)}\n`);
}

describe('a tampered file', () => {
  const authenticated = ['aes128-gcm', 'aes256-gcm', 'chacha20-poly1305'];

  // 16 bytes of tag at the end; before them padding and comment, which no other check covers wholly.
  it.each(authenticated.flatMap((cipher) => [1, 16, 24].map((fromEnd) => ({ cipher, fromEnd }))))(
    'with $cipher is refused when byte -$fromEnd changed',
    async ({ cipher, fromEnd }) => {
      const file = parseKeyFile(changedPem(`ed25519.openssh-${cipher}`, fromEnd)) as EncryptedKeyFile;
      await expect(file.decrypt(passphrase, offload)).rejects.toMatchObject({ code: 'wrong-passphrase' });
    },
  );

  it('in OpenSSH’s format is refused when its padding is not 1, 2, 3 …', () => {
    expect(() => parseKeyFile(changedPem('p256.openssh', 1))).toThrow(/damaged/);
    expect(() => parseKeyFile(changedPem('p384.openssh', 1))).toThrow(/damaged/);
  });

  it('of version 1 with another hash of the DSA parameters is refused', async () => {
    const block = /Private-Lines: \d+\n([\s\S]*?)Private-Hash: .*\n/;
    const original = fixtureText('dsa.ppk1');
    const blob = Buffer.from((block.exec(original) as string[])[1] as string, 'base64');
    const withBlob = (bytes: Buffer): Uint8Array => {
      const lines = bytes.toString('base64').match(/.{1,64}/g) as string[];
      const hash = createHash('sha1').update(bytes).digest('hex');
      const replaced = `Private-Lines: ${lines.length}\n${lines.join('\n')}\nPrivate-Hash: ${hash}\n`;
      return text.encode(original.replace(block, replaced));
    };
    expect(parseKeyFile(withBlob(blob)).publicKey?.type).toBe('dsa');
    blob.writeUInt8(blob.readUInt8(blob.length - 1) ^ 1, blob.length - 1);
    expect(() => parseKeyFile(withBlob(blob))).toThrow(/damaged/);
  });

  it('in PPK with base64 lines over 64 characters is refused', () => {
    const long = fixtureText('p384.ppk').replace(/Public-Lines: 3\n(.*)\n(.*)\n/, 'Public-Lines: 2\n$1$2\n');
    expect(long).not.toBe(fixtureText('p384.ppk'));
    expect(() => parseKeyFile(text.encode(long))).toThrow(/damaged/);
  });

  it('in PKCS #8 whose inner and outer curves differ is refused', () => {
    const sequence = new DerReader(pemBytes('p256.pem')).readSequence();
    sequence.readInteger();
    // Without the public point, whose length would give the curve away.
    const inner = encodeDer(
      der.sequence(
        der.integer(Uint8Array.of(1)),
        der.octetString(sequence.read(0x04)),
        der.context(0, der.oid('1.2.840.10045.3.1.7')),
      ),
    );
    const wrapped = (curveOid: string): Uint8Array =>
      encodeDer(
        der.sequence(
          der.integer(Uint8Array.of(0)),
          der.sequence(der.oid(keyOid.ec), der.oid(curveOid)),
          der.octetString(inner),
        ),
      );
    expect(readPkcs8(wrapped('1.2.840.10045.3.1.7')).publicKey.blob).toEqual(
      publicLine('p256').publicKey.blob,
    );
    expect(() => readPkcs8(wrapped('1.3.132.0.34'))).toThrow(MalformedMessageError);
    expect(() => readPkcs8(wrapped('1.3.132.0.10'))).toThrow(UnsupportedKeyError);
  });
});

describe('PKCS #8 and SEC 1', () => {
  const seed = new Uint8Array(32).fill(9);
  const oneAsymmetricKey = (publicKey: Uint8Array): Uint8Array =>
    encodeDer(
      der.sequence(
        der.integer(Uint8Array.of(1)),
        der.sequence(der.oid(keyOid.ed25519)),
        der.octetString([der.octetString(seed)]),
        { tag: 0x81, content: Uint8Array.of(0, ...publicKey) },
      ),
    );

  it('of version 1 (RFC 5958) carry a public key, which is checked', async () => {
    const version0 = encodeDer(
      der.sequence(
        der.integer(new Uint8Array(0)),
        der.sequence(der.oid(keyOid.ed25519)),
        der.octetString([der.octetString(seed)]),
      ),
    );
    const { publicKey } = readPkcs8(version0);
    const point = publicKey.blob.subarray(-32);
    const same = readPkcs8(oneAsymmetricKey(point));
    expect(same.publicKey.blob).toEqual(publicKey.blob);
    await same.assertConsistent(offload);
    const other = readPkcs8(oneAsymmetricKey(publicLine('ed25519').publicKey.blob.subarray(-32)));
    await expect(other.assertConsistent(offload)).rejects.toThrow(InconsistentKeyError);
  });

  it('without a public key have it derived', () => {
    const sequence = new DerReader(pemBytes('p384.pem')).readSequence();
    sequence.readInteger();
    const scalar = sequence.read(0x04);
    const bare = encodeDer(
      der.sequence(
        der.integer(Uint8Array.of(1)),
        der.octetString(scalar),
        der.context(0, der.oid('1.3.132.0.34')),
      ),
    );
    expect(readSec1(bare).publicKey.blob).toEqual(publicLine('p384').publicKey.blob);
    const zero = encodeDer(
      der.sequence(
        der.integer(Uint8Array.of(1)),
        der.octetString(new Uint8Array(48)),
        der.context(0, der.oid('1.3.132.0.34')),
      ),
    );
    expect(() => readSec1(zero)).toThrow(InconsistentKeyError);
  });

  it('are read without what follows them, as OpenSSL reads them', () => {
    const keyOf = (bytes: Uint8Array, read: typeof readPkcs1) => read(bytes).publicKey.blob;
    const [pkcs1, pkcs8] = [pemBytes('rsa2048.pem'), pemBytes('p256.pkcs8')];
    expect(keyOf(Uint8Array.of(...pkcs1, 0), readPkcs1)).toEqual(keyOf(pkcs1, readPkcs1));
    expect(keyOf(Uint8Array.of(...pkcs8, 0), readPkcs8)).toEqual(keyOf(pkcs8, readPkcs8));
  });
});

describe('an RSA private exponent', () => {
  it('that fits one prime only is refused', async () => {
    const sequence = new DerReader(pemBytes('rsa2048.pem')).readSequence();
    const [, , , d, p, q] = Array.from({ length: 6 }, () => toBigInt(sequence.readInteger())) as bigint[];
    const { publicKey } = await openFixture('rsa2048.pem');
    const withExponent = (exponent: bigint): RsaPrivateKeyFields =>
      new RsaPrivateKeyFields(publicKey, {
        d: toMagnitude(exponent, 256),
        p: toMagnitude(p as bigint, 128),
        q: toMagnitude(q as bigint, 128),
      });
    await withExponent(d as bigint).assertConsistent(offload);
    for (const prime of [p, q] as bigint[]) {
      const fields = withExponent((d as bigint) % (prime - 1n));
      await expect(fields.load(offload)).rejects.toThrow(InconsistentKeyError);
    }
  });
});

describe('an RSA key', () => {
  const magnitude = (value: bigint) => toMagnitude(value, Math.ceil(value.toString(16).length / 2));
  const prime = (bits: number): bigint => generatePrimeSync(bits, { bigint: true });
  /** The fields of a key that consists of these factors, fitting together as far as they are primes. */
  function fieldsOf(p: bigint, q: bigint): RsaPrivateKeyFields {
    const d = modInverse(65_537n, (p - 1n) * (q - 1n));
    if (d === undefined) throw new Error('one in 30,000 keys has no exponent');
    const publicKey = rsaPublicKey({ n: magnitude(p * q), e: Uint8Array.of(1, 0, 1) });
    return new RsaPrivateKeyFields(publicKey, { d: magnitude(d), p: magnitude(p), q: magnitude(q) });
  }

  it('is refused when its primes differ in length by more than a sixteenth of the modulus', async () => {
    for (const [p, q] of [
      [prime(2045), 5n],
      [prime(1090), prime(958)],
    ] as const)
      await expect(fieldsOf(p, q).load(offload)).rejects.toThrow(UnsupportedKeyError);
  });

  it.each([
    [1024, 1024],
    [1025, 1024],
    [1088, 960],
  ])('of primes of %i and %i bits, as generators make them, is taken', async (longer, shorter) => {
    const key = await fieldsOf(prime(longer), prime(shorter)).load(offload);
    const signature = await key.sign(someData, 'rsa-sha2-256');
    expect(await verifySignature(key.publicKey, signature, someData, offload)).toBe(true);
  });

  it('is refused when what should be primes are none: each signature would be computed twice', async () => {
    const fields = fieldsOf(prime(512) * prime(512), prime(1024));
    await fields.assertConsistent(offload);
    await expect(fields.load(offload)).rejects.toThrow(InconsistentKeyError);
  });
});

describe('importing a private key', () => {
  it('wipes the encoding it was given, also when the runtime refuses it', () => {
    const good = pemBytes('rsa2048.pem');
    expect(importPrivateKey(good, 'pkcs1').type).toBe('private');
    const bad = Uint8Array.of(0x30, 3, 2, 1, 7);
    expect(() => importPrivateKey(bad, 'pkcs1')).toThrow(UnsupportedKeyError);
    for (const bytes of [good, bad]) expect(bytes.every((byte) => byte === 0)).toBe(true);
  });
});

describe('a file that fills a message', () => {
  it('with one object identifier, or with headers, is refused at once', async () => {
    const oid = encodeDer({ tag: 0x06, content: new Uint8Array(190_000) });
    const armour = (body: string) =>
      text.encode(`-----BEGIN RSA PRIVATE KEY-----\n${body}\n-----END RSA PRIVATE KEY-----\n`);
    const key = fixtureText('rsa2048.pem').split('\n').slice(1, -2).join('\n');
    const withHeaders = (count: number) => armour(`${'A: b\n'.repeat(count)}\n${key}`);
    expect(() => new DerReader(oid).readOid()).toThrow(MalformedMessageError);
    // Nothing but their number is wrong.
    expect(parseKeyFile(withHeaders(2)).publicKey?.blob).toEqual(publicLine('rsa2048').publicKey.blob);
    expect(await cheapestRunMs(() => expect(() => new DerReader(oid).readOid()).toThrow())).toBeLessThan(50);
    const headers = withHeaders(50_000);
    const parse = () => expect(() => parseKeyFile(headers)).toThrow(/damaged/);
    expect(await cheapestRunMs(parse)).toBeLessThan(25);
  });
});
