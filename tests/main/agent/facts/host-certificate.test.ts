// For which host names the principals of a host certificate are good.
import { describe, expect, it } from 'vitest';
import { isValidHostCertificate } from '../../../../main/agent/facts/host-certificate.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import type { Certificate } from '../../../../main/keys/kinds/shared/public-key.ts';
import { cheapestRunMs } from '../../../fakes/cheapest-run.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { ed25519Key } from '../../../fakes/test-key.ts';

const plain = parsePublicKey(ed25519Key().blob);

function hostCertificate(...principals: readonly string[]): Certificate {
  const all = new WireWriter();
  for (const principal of principals) all.text(principal);
  const { certificate } = parsePublicKey(madeUpCertificate(plain.blob, { principals: all.finish() }));
  return { ...(certificate as Certificate), type: 'host' };
}

describe('a host certificate', () => {
  it.each([
    ['its names, in any case', ['Alpha.example.com'], 'ALPHA.example.com', true],
    ['what its patterns match', ['*.example.com'], 'beta.example.com', true],
    ['single letters', ['web?.example.com'], 'web7.example.com', true],
    ['no other host', ['*.example.com', 'alpha'], 'example.org', false],
    ['none without principals', [], 'alpha', false],
    ['none by a fifth pattern', ['a*', 'b*', 'c*', 'd*', 'e*'], 'echo', false],
    ['none by a pattern longer than any host name', [`alpha${'*'.repeat(296)}`], 'alpha', false],
    [
      'none by a “?” after a “*”, which takes long to match',
      ['*.web?.example.com'],
      'a.web1.example.com',
      false,
    ],
  ])('is good for %s', (_what, principals, hostName, good) => {
    expect(isValidHostCertificate(hostCertificate(...principals), hostName)).toBe(good);
  });

  it('is good from its first second on, and no more at its end', () => {
    const certificate = { ...hostCertificate('alpha'), validAfter: 100n, validBefore: 200n };
    const seconds = [99, 100, 199, 200];
    const good = seconds.map((second) => isValidHostCertificate(certificate, 'alpha', second * 1000));
    expect(good).toEqual([false, true, true, false]);
  });

  it('with the dearest patterns is compared with 16,384 host names in a moment', async () => {
    const certificate = hostCertificate(
      ...['b', 'c', 'd', 'e'].map((end) => `*${'a'.repeat(126)}${end}`),
      ...Array.from({ length: 252 }, (_, n) => `${'a'.repeat(250)}${n}`),
    );
    const hostNames = Array.from({ length: 16_384 }, (_, n) => `${'a'.repeat(249)}${n % 10}`);
    const compareAll = () =>
      expect(hostNames.some((hostName) => isValidHostCertificate(certificate, hostName))).toBe(false);
    expect(await cheapestRunMs(compareAll)).toBeLessThan(500);
  });

  it('whose principal fills a message costs nothing', async () => {
    const certificate = hostCertificate(`*${'a'.repeat(16_000)}b`);
    const compare = () => expect(isValidHostCertificate(certificate, 'a'.repeat(100_000))).toBe(false);
    expect(await cheapestRunMs(compare)).toBeLessThan(50);
  });
});
