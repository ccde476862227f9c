// Copies for the worker own their buffers, and every byte array is found again for transfer and wiping.
import { describe, expect, it } from 'vitest';
import { byteArraysIn, copyArgument } from '../../../main/crypto-worker/worker-messages.ts';

describe('arguments for the worker', () => {
  it('are copied deeply, each array with a buffer of its own', () => {
    const pooled = new Uint8Array(new ArrayBuffer(64), 8, 4).fill(5);
    const copy = copyArgument({ salt: pooled, inner: { key: pooled }, passes: 3, variant: 'argon2i' });
    expect(copy).toEqual({ salt: pooled, inner: { key: pooled }, passes: 3, variant: 'argon2i' });
    const arrays = byteArraysIn([copy, pooled, 7]);
    expect(arrays).toHaveLength(3);
    const [salt, key] = arrays as [Uint8Array, Uint8Array];
    expect([salt.buffer.byteLength, key.buffer.byteLength]).toEqual([4, 4]);
    expect(salt.buffer).not.toBe(key.buffer);
    salt.fill(0);
    expect(pooled).toEqual(Uint8Array.of(5, 5, 5, 5));
  });
});
