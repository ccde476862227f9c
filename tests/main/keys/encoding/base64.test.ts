// Base64, with line ends and without forgiveness.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64 } from '../../../../main/keys/encoding/base64.ts';
import { MalformedMessageError } from '../../../../main/keys/encoding/wire.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('base64', () => {
  it('decodes what Node encodes, with line ends in it', () => {
    const decodes = fc.property(fc.uint8Array({ maxLength: 70, size: 'max' }), (bytes) => {
      const encoded = Buffer.from(bytes).toString('base64').replace(/.{10}/g, '$&\r\n');
      expect(decodeBase64(text(encoded))).toEqual(bytes);
    });
    fc.assert(decodes, { seed: 2, numRuns: 200 });
  });

  it.each(['A', 'AA', 'AAA', 'AA=A', '====', 'A===', 'AAAA=', 'AA==AA==', 'AA-_', 'AAA\u00e9', 'AA==='])(
    'refuses %j',
    (encoded) => {
      expect(() => decodeBase64(text(encoded))).toThrow(MalformedMessageError);
    },
  );
});
