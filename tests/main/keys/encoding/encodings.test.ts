// Numbers, DER, base64 and PEM: the small layers under the file formats.
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from '../../../../main/keys/encoding/base64.ts';
import {
  bitLength,
  modInverse,
  modPow,
  toBigInt,
  toMagnitude,
} from '../../../../main/keys/encoding/big-integer.ts';
import { withoutPkcs7Padding } from '../../../../main/keys/encoding/block-cipher.ts';
import { DerReader, der, derTag, encodeDer } from '../../../../main/keys/encoding/der.ts';
import { findPemBlocks, splitPemHeaders } from '../../../../main/keys/encoding/pem.ts';
import { SecretBytes } from '../../../../main/keys/encoding/secret-bytes.ts';
import { MalformedMessageError } from '../../../../main/keys/encoding/wire.ts';
import { UnsupportedKeyError } from '../../../../main/keys/key-errors.ts';
import { seededRandom } from '../fixtures.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('big integers', () => {
  it('go from bytes and back, whatever the length', () => {
    const random = seededRandom(1);
    for (let length = 0; length < 40; length++) {
      const bytes = Uint8Array.from({ length }, () => random(256));
      const value = toBigInt(bytes);
      expect(value).toBe(BigInt(`0x0${Buffer.from(bytes).toString('hex')}`));
      expect(toMagnitude(value, length)).toEqual(bytes);
      expect(bitLength(bytes)).toBe(value === 0n ? 0 : value.toString(2).length);
    }
    expect(() => toMagnitude(256n, 1)).toThrow(RangeError);
    expect(() => toMagnitude(2n ** 64n, 8)).toThrow(RangeError);
  });

  it('have powers and inverses', () => {
    expect(modPow(4n, 13n, 497n)).toBe(445n);
    expect(modPow(5n, 0n, 7n)).toBe(1n);
    expect(modInverse(3n, 11n)).toBe(4n);
    expect(modInverse(6n, 9n)).toBeUndefined();
  });
});

describe('DER', () => {
  it('is written as it is read', () => {
    const long = new Uint8Array(300).fill(0x80);
    const encoded = encodeDer(
      der.sequence(
        der.integer(Uint8Array.of(0, 0)),
        der.integer(long),
        der.oid('1.2.840.113549.1.1.1'),
        der.null(),
      ),
    );
    expect(Buffer.from(encoded.subarray(0, 12)).toString('hex')).toBe('3082014102010002' + '82012d00');
    const reader = new DerReader(encoded).readSequence();
    expect(reader.readInteger()).toEqual(new Uint8Array(0));
    expect(reader.readInteger()).toEqual(long);
    expect(reader.readOid()).toBe('1.2.840.113549.1.1.1');
    expect(reader.read(derTag.null)).toEqual(new Uint8Array(0));
    reader.assertEnd();
  });

  it.each([
    ['an integer that is not minimal', '02020001', '01'],
    ['an integer without the byte for its sign', '020180', '80'],
    ['a length that is not minimal', '02810101', '01'],
    ['a length of four bytes', '028400000001ff', 'ff'],
  ])('takes %s, as OpenSSL does', (_name, encoded, magnitude) => {
    expect(new DerReader(hex(encoded)).readInteger()).toEqual(hex(magnitude));
  });

  it('names an indefinite length', () => {
    expect(() => new DerReader(hex('02800000')).readInteger()).toThrow(UnsupportedKeyError);
  });

  it.each([
    ['an empty integer', '0200'],
    ['a length past the end', '020501'],
    ['a length of five bytes', '02850000000001ff'],
    ['a length that is cut off', '0284000000'],
    ['nothing', ''],
  ])('refuses %s', (_name, encoded) => {
    expect(() => new DerReader(hex(encoded)).readInteger()).toThrow(MalformedMessageError);
  });

  it('reads object identifiers of all three roots and refuses damaged ones', () => {
    expect(new DerReader(hex('06032b6570')).readOid()).toBe('1.3.101.112');
    expect(new DerReader(hex('0603883703')).readOid()).toBe('2.999.3');
    for (const damaged of ['0600', '06022b80', '06072bffffffffff7f']) {
      expect(() => new DerReader(hex(damaged)).readOid()).toThrow(MalformedMessageError);
    }
  });
});

describe('base64', () => {
  it('decodes what Node encodes, with line ends in it', () => {
    const random = seededRandom(2);
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, () => random(256));
      const encoded = Buffer.from(bytes).toString('base64').replace(/.{10}/g, '$&\r\n');
      expect(decodeBase64(text(encoded))).toEqual(bytes);
    }
  });

  it.each(['A', 'AA', 'AAA', 'AA=A', '====', 'A===', 'AAAA=', 'AA==AA==', 'AA-_', 'AAA\u00e9', 'AA==='])(
    'refuses %j',
    (encoded) => {
      expect(() => decodeBase64(text(encoded))).toThrow(MalformedMessageError);
    },
  );
});

describe('PEM', () => {
  it('finds blocks among other text', () => {
    const file = text(
      'Bag\n-----BEGIN A-----\nAAAA\n-----END A-----\nx\n-----BEGIN B-----\r\nBBBB\r\n-----END B-----',
    );
    expect(findPemBlocks(file).map(({ label }) => label)).toEqual(['A', 'B']);
  });

  it('refuses a block without its end', () => {
    expect(() => findPemBlocks(text('-----BEGIN A-----\nAAAA\n-----END B-----\n'))).toThrow(
      MalformedMessageError,
    );
    expect(() => findPemBlocks(text('-----BEGIN A'))).toThrow(MalformedMessageError);
  });

  it('splits headers from the body', () => {
    const { headers, rest } = splitPemHeaders(
      text('\nProc-Type: 4,ENCRYPTED\r\nDEK-Info: AES-128-CBC,00\r\n\r\nAAAA\n'),
    );
    expect([...headers]).toEqual([
      ['Proc-Type', '4,ENCRYPTED'],
      ['DEK-Info', 'AES-128-CBC,00'],
    ]);
    expect(Buffer.from(rest).toString()).toBe('AAAA\n');
  });
});

describe('PKCS #7 padding', () => {
  it('is removed when it is right and refused when not', () => {
    expect(withoutPkcs7Padding(Uint8Array.of(1, 2, 2, 2), 8)).toEqual(Uint8Array.of(1, 2));
    expect(withoutPkcs7Padding(new Uint8Array(8).fill(8), 8)).toEqual(new Uint8Array(0));
    for (const bytes of [[1, 2, 3, 2], [0], [9, 9], []]) {
      expect(withoutPkcs7Padding(Uint8Array.from(bytes), 8)).toBeUndefined();
    }
  });
});

describe('secret bytes', () => {
  it('show nothing, and are zero and unusable once wiped', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    const secret = new SecretBytes(bytes);
    expect(`${secret} ${JSON.stringify({ secret })}`).toBe('[secret] {"secret":"[secret]"}');
    expect(secret.bytes).toBe(bytes);
    secret.wipe();
    expect(bytes).toEqual(new Uint8Array(3));
    expect(() => secret.bytes).toThrow('secret used after it was wiped');
  });
});
