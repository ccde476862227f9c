// Bytes that nobody is to see.
import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../../../../main/keys/encoding/secret-bytes.ts';

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
