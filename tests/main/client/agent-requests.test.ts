// Request bodies byte by byte (RFC 9987 §5, PuTTY's pageant.c, and our add-key-file).
import { describe, expect, it } from 'vitest';
import {
  encodeAdd,
  encodeAddKeyFile,
  encodeBlobExtension,
  encodeConstraints,
  encodeExtension,
  encodeLock,
  encodeRemove,
  encodeSign,
} from '../../../main/client/agent-requests.ts';
import { SecretBytes } from '../../../main/keys/encoding/secret-bytes.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const text = (value: string) =>
  Buffer.concat([Buffer.from([0, 0, 0, Buffer.byteLength(value)]), Buffer.from(value)]).toString('hex');

describe('requests', () => {
  it('adds without constraints by message 17 and with them by message 25', () => {
    expect(hex(encodeAdd(Uint8Array.of(0xaa), 'c', {}))).toBe(`11aa${text('c')}`);
    expect(hex(encodeAdd(Uint8Array.of(0xaa), 'c', { confirm: false }))).toBe(`11aa${text('c')}`);
    expect(hex(encodeAdd(Uint8Array.of(0xaa), 'c', { confirm: true }))).toBe(`19aa${text('c')}02`);
    expect(hex(encodeAdd(Uint8Array.of(0xaa), '', { lifetimeSeconds: 258 }))).toBe('19aa000000000100000102');
  });

  it('writes the lifetime before the confirm constraint', () => {
    expect(hex(encodeConstraints({ confirm: true, lifetimeSeconds: 0xffff_ffff }))).toBe('01ffffffff02');
  });

  it('sends a key file with public blob, comment and constraints', () => {
    const request = encodeAddKeyFile(
      { bytes: Uint8Array.of(1, 2), publicBlob: Uint8Array.of(3), comment: 'é' },
      { confirm: true },
    );
    expect(hex(request)).toBe(`1b${text('add-key-file@sallyport')}0000000201020000000103${text('é')}02`);
  });

  it('leaves public blob and comment empty when the file says them', () => {
    expect(hex(encodeAddKeyFile({ bytes: Uint8Array.of(1) }, {}))).toBe(
      `1b${text('add-key-file@sallyport')}0000000101${'00000000'.repeat(2)}`,
    );
  });

  it('encodes the short ones', () => {
    expect(hex(encodeExtension('query'))).toBe(`1b${text('query')}`);
    expect(hex(encodeBlobExtension('x', Uint8Array.of(9)))).toBe(`1b${text('x')}0000000109`);
    expect(hex(encodeRemove(Uint8Array.of(9)))).toBe('120000000109');
    expect(hex(encodeLock('lock', SecretBytes.copyOf(Uint8Array.of(7))))).toBe('160000000107');
    expect(hex(encodeLock('unlock', SecretBytes.copyOf(Uint8Array.of(7))))).toBe('170000000107');
    expect(hex(encodeSign(Uint8Array.of(1), Uint8Array.of(2), 4))).toBe('0d0000000101000000010200000004');
  });
});
