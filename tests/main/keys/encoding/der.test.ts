// DER, as OpenSSL and ssh-keygen read it.
import { describe, expect, it } from 'vitest';
import { DerReader, der, derTag, encodeDer } from '../../../../main/keys/encoding/der.ts';
import { MalformedMessageError } from '../../../../main/keys/encoding/wire.ts';
import { UnsupportedKeyError } from '../../../../main/keys/key-errors.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'));

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
