// PEM blocks among other text.
import { describe, expect, it } from 'vitest';
import { findPemBlocks, splitPemHeaders } from '../../../../main/keys/encoding/pem.ts';
import { MalformedMessageError } from '../../../../main/keys/encoding/wire.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

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
