// The padding of what a block cipher has encrypted.
import { describe, expect, it } from 'vitest';
import { withoutPkcs7Padding } from '../../../../main/keys/encoding/block-cipher.ts';

describe('PKCS #7 padding', () => {
  it('is removed when it is right and refused when not', () => {
    expect(withoutPkcs7Padding(Uint8Array.of(1, 2, 2, 2), 8)).toEqual(Uint8Array.of(1, 2));
    expect(withoutPkcs7Padding(new Uint8Array(8).fill(8), 8)).toEqual(new Uint8Array(0));
    for (const bytes of [[1, 2, 3, 2], [0], [9, 9], []]) {
      expect(withoutPkcs7Padding(Uint8Array.from(bytes), 8)).toBeUndefined();
    }
  });
});
