// Message 17's private fields: PuTTY's and OpenSSH's variants, and contradictions in them.
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload as offload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { MalformedMessageError, WireReader, WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { InconsistentKeyError, UnsupportedKeyError } from '../../../../main/keys/key-errors.ts';
import { readAgentPrivateKey } from '../../../../main/keys/kinds/agent-private-key.ts';
import { verifySignature } from '../../../../main/keys/kinds/verify-signature.ts';
import { algorithmOf, clearFile, openFixture, publicLine } from '../fixtures.ts';

const data = new TextEncoder().encode('data');
const types = ['rsa2048', 'dsa', 'p256', 'p384', 'p521', 'ed25519', 'ed448', 'mldsa44'];

async function encodedFields(key: string): Promise<Uint8Array> {
  const { fields } = await openFixture(clearFile(key));
  return Uint8Array.from(fields.encodeForAgent().bytes);
}

async function signsWell(encoded: Uint8Array): Promise<boolean> {
  const { fields } = readAgentPrivateKey(new WireReader(encoded));
  const key = await fields.load(offload);
  const signature = await key.sign(data, algorithmOf[key.publicKey.type]);
  return await verifySignature(key.publicKey, signature, data, offload);
}

async function rsaParts(): Promise<Record<'n' | 'e' | 'd' | 'iqmp' | 'p' | 'q', Uint8Array>> {
  const reader = new WireReader(await encodedFields('rsa2048'));
  reader.readText();
  const [n, e, d] = [reader.readMpint(), reader.readMpint(), reader.readMpint()];
  return { n, e, d, iqmp: reader.readMpint(), p: reader.readMpint(), q: reader.readMpint() };
}

async function rsaMessage(changes: Partial<Awaited<ReturnType<typeof rsaParts>>>, name = 'ssh-rsa') {
  const { n, e, d, iqmp, p, q } = { ...(await rsaParts()), ...changes };
  return new WireWriter().text(name).mpint(n).mpint(e).mpint(d).mpint(iqmp).mpint(p).mpint(q).finish();
}

async function secretsAfterCertificate(key: string): Promise<Uint8Array> {
  const reader = new WireReader(await encodedFields(key));
  reader.readText();
  if (key === 'rsa2048') {
    reader.readString();
    reader.readString();
  } else if (key === 'dsa') {
    for (let i = 0; i < 4; i++) reader.readString();
  } else if (key === 'mldsa44') {
    reader.readString();
  } else if (key !== 'ed25519') {
    reader.readString();
    reader.readString();
  }
  return reader.readRest();
}

async function certificateMessage(key: string, certificate = key, name?: string): Promise<Uint8Array> {
  const { publicKey } = publicLine(`${certificate}-cert`);
  const writer = new WireWriter().text(name ?? publicKey.algorithm).string(publicKey.blob);
  return writer.bytes(await secretsAfterCertificate(key)).finish();
}

describe('private fields as in message 17', () => {
  it.each(types)('%s: what is written is read and signs', async (key) => {
    const encoded = await encodedFields(key);
    const reader = new WireReader(encoded);
    const { publicKey, fields } = readAgentPrivateKey(reader);
    reader.assertEnd();
    expect(publicKey.blob).toEqual(publicLine(key).publicKey.blob);
    expect(fields.encodeForAgent().bytes).toEqual(encoded);
    expect(await signsWell(encoded)).toBe(true);
  });

  it.each(types.filter((key) => key !== 'ed448'))(
    '%s: a certificate is listed, its base key signs',
    async (key) => {
      const { publicKey, fields } = readAgentPrivateKey(new WireReader(await certificateMessage(key)));
      expect(publicKey.blob).toEqual(publicLine(`${key}-cert`).publicKey.blob);
      expect(fields.publicKey.blob).toEqual(publicLine(key).publicKey.blob);
      expect(await signsWell(await certificateMessage(key))).toBe(true);
    },
  );

  it.each(['rsa-sha2-256', 'rsa-sha2-512'])('takes %s for ssh-rsa', async (name) => {
    const { publicKey } = readAgentPrivateKey(new WireReader(await rsaMessage({}, name)));
    expect(publicKey.algorithm).toBe('ssh-rsa');
    const message = await certificateMessage('rsa2048', 'rsa2048', `${name}-cert-v01@openssh.com`);
    expect(readAgentPrivateKey(new WireReader(message)).publicKey.algorithm).toBe(
      'ssh-rsa-cert-v01@openssh.com',
    );
  });

  it('signs rightly with RSA primes swapped and a wrong iqmp', async () => {
    const { p, q } = await rsaParts();
    const normal = await rsaMessage({});
    for (const changes of [
      { p: q, q: p },
      { iqmp: Uint8Array.of(2) },
      { p: q, q: p, iqmp: new Uint8Array(0) },
    ]) {
      const message = await rsaMessage(changes);
      expect(await signsWell(message)).toBe(true);
      const { fields } = readAgentPrivateKey(new WireReader(message));
      expect(fields.encodeForAgent().bytes).toEqual(normal);
    }
  });

  it.each(['d', 'p', 'q', 'n', 'e'] as const)('refuses an RSA key with another %s', async (part) => {
    const changed = Uint8Array.from((await rsaParts())[part]);
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 2;
    const { fields } = readAgentPrivateKey(new WireReader(await rsaMessage({ [part]: changed })));
    await expect(fields.load(offload)).rejects.toThrow(InconsistentKeyError);
    expect(() => fields.encodeForAgent()).toThrow(InconsistentKeyError);
  });

  it('refuses RSA primes of 1 and n, and numbers far longer than the modulus, at once', async () => {
    const { n } = await rsaParts();
    const started = Date.now();
    for (const changes of [
      { p: Uint8Array.of(1), q: n },
      { p: new Uint8Array(100_000).fill(1), q: new Uint8Array(100_000).fill(1) },
      { d: new Uint8Array(200_000).fill(3) },
    ]) {
      const { fields } = readAgentPrivateKey(new WireReader(await rsaMessage(changes)));
      await expect(fields.load(offload)).rejects.toThrow(InconsistentKeyError);
    }
    expect(Date.now() - started).toBeLessThan(2_000);
  });

  it('refuses an ECDSA scalar that does not fit the point or the curve', async () => {
    const reader = new WireReader(await encodedFields('p256'));
    const [name, curve, point] = [reader.readText(), reader.readText(), reader.readString()];
    for (const scalar of [
      Uint8Array.of(1),
      new Uint8Array(0),
      new Uint8Array(32).fill(255),
      new Uint8Array(33).fill(1),
    ]) {
      const message = new WireWriter().text(name).text(curve).string(point).mpint(scalar).finish();
      const { fields } = readAgentPrivateKey(new WireReader(message));
      await expect(fields.load(offload)).rejects.toThrow(InconsistentKeyError);
    }
  });

  it('lists a compressed ECDSA point uncompressed, and refuses a wrong curve name', async () => {
    const reader = new WireReader(await encodedFields('p384'));
    const [name, curve, point, scalar] = [
      reader.readText(),
      reader.readText(),
      reader.readString(),
      reader.readMpint(),
    ];
    const compressed = Uint8Array.of(2 + ((point.at(-1) as number) & 1), ...point.subarray(1, 49));
    const message = new WireWriter().text(name).text(curve).string(compressed).mpint(scalar).finish();
    expect(readAgentPrivateKey(new WireReader(message)).publicKey.blob).toEqual(
      publicLine('p384').publicKey.blob,
    );
    const bogus = new WireWriter().text(name).text('nistp256').string(point).mpint(scalar).finish();
    expect(() => readAgentPrivateKey(new WireReader(bogus))).toThrow(MalformedMessageError);
  });

  it.each(['ed25519', 'ed448'])('refuses an %s key whose copies or seed differ', async (key) => {
    const encoded = await encodedFields(key);
    const last = encoded.length - 1;
    const otherCopy = Uint8Array.from(encoded);
    otherCopy[last] = (encoded[last] as number) ^ 1;
    expect(() => readAgentPrivateKey(new WireReader(otherCopy))).toThrow(InconsistentKeyError);
    const half = key === 'ed448' ? 57 : 32;
    const otherSeed = Uint8Array.from(encoded);
    otherSeed[last - half] = (encoded[last - half] as number) ^ 1;
    const { fields } = readAgentPrivateKey(new WireReader(otherSeed));
    await expect(fields.load(offload)).rejects.toThrow(InconsistentKeyError);
  });

  it('refuses a DSA number that does not fit', async () => {
    const encoded = await encodedFields('dsa');
    encoded[encoded.length - 1] = (encoded.at(-1) as number) ^ 1;
    const { fields } = readAgentPrivateKey(new WireReader(encoded));
    await expect(fields.load(offload)).rejects.toThrow(InconsistentKeyError);
  });

  it('refuses a certificate of another key or another kind', async () => {
    const { fields } = readAgentPrivateKey(new WireReader(await certificateMessage('p256', 'p256')));
    await expect(fields.load(offload)).resolves.toBeDefined();
    const foreignRsa = await rsaWithForeignCertificate();
    await expect(readAgentPrivateKey(new WireReader(foreignRsa)).fields.load(offload)).rejects.toThrow(
      InconsistentKeyError,
    );
    const wrongName = await certificateMessage('p256', 'p256', 'ecdsa-sha2-nistp384-cert-v01@openssh.com');
    expect(() => readAgentPrivateKey(new WireReader(wrongName))).toThrow(MalformedMessageError);
  });

  it.each(['ssh-ed448-cert-v01@openssh.com', 'x'])('refuses %s as unsupported', (name) => {
    const message = new WireWriter().text(name).string(new Uint8Array(32)).finish();
    expect(() => readAgentPrivateKey(new WireReader(message))).toThrow(UnsupportedKeyError);
  });
});

/** The certificate of one RSA key with the secrets of another. */
async function rsaWithForeignCertificate(): Promise<Uint8Array> {
  const reader = new WireReader(await encodedFields('rsa1024'));
  for (let i = 0; i < 3; i++) reader.readString();
  const { publicKey } = publicLine('rsa2048-cert');
  return new WireWriter().text(publicKey.algorithm).string(publicKey.blob).bytes(reader.readRest()).finish();
}
