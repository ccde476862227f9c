import { randomBytes } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { sha256Fingerprint } from '../../../../../main/keys/kinds/shared/fingerprint.ts';

// Around the ends of its blocks, and the size of an RSA key. Each length by itself: only the first few are hashed without node:crypto.
it.each([0, 1, 51, 55, 56, 63, 64, 65, 119, 120, 128, 279, 535, 640, 641, 5000])(
  'the fingerprint of %i bytes is that of node:crypto, also when others were shown before',
  async (length) => {
    vi.resetModules();
    const { fingerprintOf } = await import('../../../../../main/cli/parts/keys/few-fingerprints.ts');
    for (let count = 0; count < 4; count++) {
      const blob = randomBytes(length);
      expect(fingerprintOf(blob)).toBe(sha256Fingerprint(blob));
    }
  },
);
