// RFC 4251 §5 types, with the RFC's own mpint examples.
import { describe, expect, it } from 'vitest';
import { MalformedMessageError, WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';

const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));

describe('the wire types', () => {
  it.each([
    ['00 00 00 00', ''],
    ['00 00 00 08 09 a3 78 f9 b2 e3 32 a7', '09a378f9b2e332a7'],
    ['00 00 00 02 00 80', '80'],
  ])('mpint %s is read and written', (encoded, magnitude) => {
    expect(new WireReader(hex(encoded)).readMpint()).toEqual(hex(magnitude));
    expect(new WireWriter().mpint(hex(`0000${magnitude}`)).finish()).toEqual(hex(encoded));
  });

  it.each(['00 00 00 02 ed cc', '00 00 00 01 80', '00 00 00 01 00', '00 00 00 02 00 7f'])(
    'mpint %s is refused: negative or not minimal',
    (encoded) => {
      expect(() => new WireReader(hex(encoded)).readMpint()).toThrow(MalformedMessageError);
    },
  );

  it('are read as they were written', () => {
    const writer = new WireWriter()
      .byte(7)
      .boolean(true)
      .uint32(0xfedc_ba98)
      .uint64(2n ** 64n - 2n);
    const reader = new WireReader(writer.text('grüße').string(Uint8Array.of(1, 2)).finish());
    expect(reader.readByte()).toBe(7);
    expect(reader.readBoolean()).toBe(true);
    expect(reader.readUint32()).toBe(0xfedc_ba98);
    expect(reader.readUint64()).toBe(2n ** 64n - 2n);
    expect(reader.readText()).toBe('grüße');
    expect(reader.readRest()).toEqual(hex('00000002 0102'));
    reader.assertEnd();
  });

  it('refuse a length that runs past the end', () => {
    expect(() => new WireReader(hex('ffffffff 00')).readString()).toThrow(MalformedMessageError);
    expect(() => new WireReader(hex('0000')).readUint32()).toThrow(MalformedMessageError);
    expect(() => new WireReader(hex('00')).assertEnd()).toThrow('trailing bytes');
  });
});
