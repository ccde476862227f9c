// Against what ssh-keygen -l printed.
import { describe, expect, it } from 'vitest';
import { md5Fingerprint, sha256Fingerprint } from '../../../../../main/keys/kinds/shared/fingerprint.ts';
import { fixtureText, publicLine } from '../../fixtures.ts';

const printed = fixtureText('fingerprints.txt').trim().split('\n');
const keys = ['rsa2048', 'dsa', 'p256', 'p384', 'p521', 'ed25519', 'ed25519-cert', 'mldsa44'];

describe('fingerprints', () => {
  it.each(keys.map((key, i) => ({ key, i })))('of $key are those of ssh-keygen', ({ key, i }) => {
    const { publicKey } = publicLine(key);
    const [bits, sha256] = (printed[2 * i] as string).split(' ');
    expect(`${publicKey.bits}`).toBe(bits);
    expect(sha256Fingerprint(publicKey.base.blob)).toBe(sha256);
    expect(md5Fingerprint(publicKey.base.blob)).toBe((printed[2 * i + 1] as string).split(' ')[1]);
  });

  it('of a certificate and of its key differ', () => {
    const { blob, base } = publicLine('ed25519-cert').publicKey;
    expect(sha256Fingerprint(blob)).not.toBe(sha256Fingerprint(base.blob));
  });
});
