// DSA against RFC 6979 appendix A.2.1, and against the runtime's own where it has one.
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload as offload } from '../../../../../main/crypto-worker/inline-crypto-offload.ts';
import type { DsaNumbers } from '../../../../../main/keys/crypto-offload.ts';
import { toBigInt, toMagnitude } from '../../../../../main/keys/encoding/big-integer.ts';
import { MalformedMessageError, WireWriter } from '../../../../../main/keys/encoding/wire.ts';
import { InconsistentKeyError, UnsupportedKeyError } from '../../../../../main/keys/key-errors.ts';
import { dsaPublicNumber, dsaSign, dsaVerify } from '../../../../../main/keys/kinds/dsa/dsa.ts';
import { DsaPrivateKeyFields } from '../../../../../main/keys/kinds/dsa/dsa-private-key.ts';
import { dsaPublicKey } from '../../../../../main/keys/kinds/dsa/dsa-public-key.ts';
import { parsePublicKey } from '../../../../../main/keys/kinds/parse-public-key.ts';
import { cheapestRunMs } from '../../../../fakes/cheapest-run.ts';

const hex = (...parts: readonly string[]): Uint8Array => Uint8Array.from(Buffer.from(parts.join(''), 'hex'));
const key = {
  p: hex(
    '86F5CA03DCFEB225063FF830A0C769B9DD9D6153AD91D7CE27F787C43278B447',
    'E6533B86B18BED6E8A48B784A14C252C5BE0DBF60B86D6385BD2F12FB763ED88',
    '73ABFD3F5BA2E0A8C0A59082EAC056935E529DAF7C610467899C77ADEDFC846C',
    '881870B7B19B2B58F9BE0521A17002E3BDD6B86685EE90B3D9A1B02B782B1779',
  ),
  q: hex('996F967F6C8E388D9E28D01E205FBA957A5698B1'),
  g: hex(
    '07B0F92546150B62514BB771E2A0C0CE387F03BDA6C56B505209FF25FD3C133D',
    '89BBCD97E904E09114D9A7DEFDEADFC9078EA544D2E401AEECC40BB9FBBF78FD',
    '87995A10A1C27CB7789B594BA7EFB5C4326A9FE59A070E136DB77175464ADCA4',
    '17BE5DCE2F40D10A46A3A3943F26AB7FD9C0398FF8C76EE0A56826A8A88F1DBD',
  ),
  y: hex(
    '5DF5E01DED31D0297E274E1691C192FE5868FEF9E19A84776454B100CF16F653',
    '92195A38B90523E2542EE61871C0440CB87C322FC4B4D2EC5E1E7EC766E1BE8D',
    '4CE935437DC11C3C8FD426338933EBFE739CB3465F4D3668C5E473508253B1E6',
    '82F65CBDC4FAE93C2EA212390E54905A86E2223170B44EAA7DA5DD9FFCFB7F3B',
  ),
};
const x = hex('411602CB19A6CCC34494D79D98EF1E7ED5AF25F7');
const sample = new TextEncoder().encode('sample');
const sampleSignature = hex(
  '2E1A0C2562B2912CAAF89186FB0F42001585DA55',
  '29EFB6B0AFF2D7A68EB70CA313022253B9A88DF5',
);

describe('DSA', () => {
  it('gives the signature of RFC 6979 A.2.1 for SHA-1 and “sample”', () => {
    expect(dsaSign(key, x, sample)).toEqual(sampleSignature);
  });

  it('derives the public number of RFC 6979 A.2.1', () => {
    expect(dsaPublicNumber(key, x)).toEqual(key.y);
  });

  it('verifies that signature and no other', () => {
    expect(dsaVerify(key, sample, sampleSignature)).toBe(true);
    expect(dsaVerify(key, new TextEncoder().encode('simple'), sampleSignature)).toBe(false);
    for (let i = 0; i < sampleSignature.length; i++) {
      const changed = Uint8Array.from(sampleSignature);
      changed[i] = (changed[i] as number) ^ 1;
      expect(dsaVerify(key, sample, changed)).toBe(false);
    }
  });

  it('refuses numbers out of range', () => {
    const zero = new Uint8Array(20);
    for (const [r, s] of [
      [zero, sampleSignature.subarray(20)],
      [sampleSignature.subarray(0, 20), zero],
      [key.q, sampleSignature.subarray(20)],
      [sampleSignature.subarray(0, 20), key.q],
    ] as const) {
      expect(dsaVerify(key, sample, Uint8Array.of(...r, ...s))).toBe(false);
    }
    expect(dsaVerify(key, sample, sampleSignature.subarray(1))).toBe(false);
  });

  it('signs what it verifies, whatever the data', () => {
    for (let i = 0; i < 20; i++) {
      const data = Uint8Array.of(i);
      expect(dsaVerify(key, data, dsaSign(key, x, data))).toBe(true);
    }
  });
});

describe('a hostile DSA key', () => {
  it('whose g is zero to every power but the first makes no signature, rather than trying nonces for ever', async () => {
    const q = toBigInt(key.q);
    const root = q * 2n ** 353n + 1n;
    const g = toMagnitude(root, 65);
    const numbers = { p: toMagnitude(root * root, 129), q: key.q, g, y: g };
    const one = Uint8Array.of(1);
    expect(() => dsaSign(numbers, one, sample)).toThrow(RangeError);
    const fields = new DsaPrivateKeyFields(dsaPublicKey(numbers), one);
    await expect(fields.load(offload)).rejects.toThrow(InconsistentKeyError);
  });

  it('with numbers that fill a message is refused before they are computed with', async () => {
    const huge = new Uint8Array(260_000).fill(0x55);
    // One more than a multiple of q, as it has to be.
    const hugeModulus = Uint8Array.of(...key.q, ...new Uint8Array(100_000), 1);
    const attacks: [Partial<DsaNumbers>, typeof MalformedMessageError | typeof UnsupportedKeyError][] = [
      [{ g: huge }, MalformedMessageError],
      [{ y: huge }, MalformedMessageError],
      [{ p: hugeModulus }, UnsupportedKeyError],
      [{ q: huge }, UnsupportedKeyError],
    ];
    for (const [attack, refusal] of attacks) {
      const { p, q, g, y } = { ...key, ...attack };
      const blob = new WireWriter().text('ssh-dss').mpint(p).mpint(q).mpint(g).mpint(y).finish();
      const parse = () => expect(() => parsePublicKey(blob)).toThrow(refusal);
      expect(await cheapestRunMs(parse)).toBeLessThan(100);
    }
  });
});
