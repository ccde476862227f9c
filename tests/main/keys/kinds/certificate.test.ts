// OpenSSH certificates as ssh-keygen made them.
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload as offload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { MalformedMessageError, WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { verifyCertificate } from '../../../../main/keys/kinds/certificate.ts';
import { parsePublicKey } from '../../../../main/keys/kinds/parse-public-key.ts';
import { cheapestRunMs } from '../../../fakes/cheapest-run.ts';
import { madeUpCertificate } from '../../../fakes/test-certificate.ts';
import { publicLine } from '../fixtures.ts';

const certified = ['rsa2048', 'dsa', 'p256', 'p384', 'p521', 'ed25519'];

/** The certificate with its CA key replaced. */
function withCaKey(blob: Uint8Array, caKey: Uint8Array): Uint8Array {
  const { certificate } = parsePublicKey(blob);
  if (!certificate) throw new Error('no certificate');
  const before = certificate.signedBytes.subarray(0, -4 - certificate.signatureKeyBlob.length);
  return new WireWriter().bytes(before).string(caKey).string(certificate.signature).finish();
}

describe('a certificate', () => {
  it.each([...certified, 'mldsa44'])('of %s shows what it was made with', (name) => {
    const key = publicLine(`${name}-cert`).publicKey;
    const plain = publicLine(name).publicKey;
    const isNewer = name === 'mldsa44';
    expect(key.base.blob).toEqual(plain.blob);
    expect(key.algorithm).toBe(`${plain.algorithm}-cert${isNewer ? '' : '-v01@openssh.com'}`);
    expect([key.type, key.bits]).toEqual([plain.type, plain.bits]);
    expect(key.certificate).toMatchObject({
      serial: 7n,
      type: 'user',
      keyId: `${name} id`,
      principals: ['alice', 'bob'],
      validAfter: BigInt(Date.UTC(2020, 0, 1) / 1000),
      validBefore: BigInt(Date.UTC(2040, 0, 1) / 1000),
    });
    const options = key.certificate?.criticalOptions.map(({ name, data }) => [
      name,
      new WireReader(data).readText(),
    ]);
    expect(options).toEqual([
      ['force-command', 'true'],
      ['source-address', '127.0.0.1/32'],
    ]);
    expect(key.certificate?.extensions.map((option) => option.name)).toContain('permit-pty');
    expect(key.certificate?.signatureKey?.blob).toEqual(
      publicLine(isNewer ? 'mldsa44-ca' : 'ca').publicKey.blob,
    );
  });

  it.each([...certified, 'host', 'rsasigned', 'mldsa44'])(
    "of %s carries its CA's good signature",
    async (name) => {
      expect(await verifyCertificate(publicLine(`${name}-cert`).publicKey, offload)).toBe(true);
    },
  );

  it('of a host says so', () => {
    expect(publicLine('host-cert').publicKey.certificate).toMatchObject({
      type: 'host',
      validBefore: 2n ** 64n - 1n,
    });
  });

  it('that was changed is not good', async () => {
    const { blob } = publicLine('ed25519-cert').publicKey;
    const changed = Uint8Array.from(blob);
    const serial = Buffer.from(blob).indexOf(Buffer.from('0000000000000007', 'hex'));
    changed[serial + 7] = 8;
    const key = parsePublicKey(changed);
    expect(key.certificate?.serial).toBe(8n);
    expect(await verifyCertificate(key, offload)).toBe(false);
  });

  it('is not good when it is none', async () => {
    expect(await verifyCertificate(publicLine('ed25519').publicKey, offload)).toBe(false);
  });

  it('of a CA with a kind of key we lack can be used but not verified', async () => {
    const caKey = new WireWriter().text('ssh-newest@example.org').string(new Uint8Array(32)).finish();
    const key = parsePublicKey(withCaKey(publicLine('p256-cert').publicKey.blob, caKey));
    expect(key.certificate?.signatureKey).toBeUndefined();
    expect(key.certificate?.signatureKeyBlob).toEqual(caKey);
    expect(await verifyCertificate(key, offload)).toBe(false);
  });

  it('signed by a certificate, or with a damaged CA key, is refused', () => {
    const { blob } = publicLine('p256-cert').publicKey;
    for (const caKey of [publicLine('ed25519-cert').publicKey.blob, new Uint8Array(3)])
      expect(() => parsePublicKey(withCaKey(blob, caKey))).toThrow(MalformedMessageError);
  });

  it('inside a certificate is not parsed, however deep they are nested', async () => {
    const plain = publicLine('ed25519').publicKey.blob;
    let nested = plain;
    while (nested.length < 262_000) nested = madeUpCertificate(plain, { authorityKey: nested });
    const parse = () => expect(() => parsePublicKey(nested)).toThrow(MalformedMessageError);
    expect(await cheapestRunMs(parse)).toBeLessThan(100);
  });
});
