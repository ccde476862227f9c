// Keys of security keys: their layouts, what their signatures sign, and that nothing a security key says is believed.
import { createHash, createPrivateKey, sign as nodeSign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload as offload } from '../../../../../main/crypto-worker/inline-crypto-offload.ts';
import { type Assertion, SecurityKeyError } from '../../../../../main/keys/authenticator.ts';
import { decodePemBody, findPemBlocks } from '../../../../../main/keys/encoding/pem.ts';
import { MalformedMessageError, WireReader, WireWriter } from '../../../../../main/keys/encoding/wire.ts';
import { UnsupportedKeyError } from '../../../../../main/keys/key-errors.ts';
import { readAgentPrivateKey } from '../../../../../main/keys/kinds/agent-private-key.ts';
import { verifyCertificate } from '../../../../../main/keys/kinds/certificate.ts';
import { parsePublicKey } from '../../../../../main/keys/kinds/parse-public-key.ts';
import { SecurityKeyFields } from '../../../../../main/keys/kinds/security-key/security-key-private-key.ts';
import { securityKeyPublicKey } from '../../../../../main/keys/kinds/security-key/security-key-public-key.ts';
import { kindName, type SignatureAlgorithm } from '../../../../../main/keys/kinds/shared/key-types.ts';
import { verifySignature } from '../../../../../main/keys/kinds/verify-signature.ts';
import { SoftAuthenticator } from '../../../../fakes/soft-authenticator.ts';
import { bytes } from '../../../../fakes/test-agent.ts';
import { fixture, openFixture, publicLine } from '../../fixtures.ts';

const data = bytes('data');
const keys = ['ed25519', 'ecdsa'] as const;
const algorithms = {
  ed25519: 'sk-ssh-ed25519@openssh.com',
  ecdsa: 'sk-ecdsa-sha2-nistp256@openssh.com',
} as const;
const lineOf = (name: string) => publicLine(`security-keys/${name}`).publicKey;
const open = (name: string) => openFixture(`security-keys/${name}`);

/** A key of a fixture, by a security key that the test may spoil. */
async function loaded(name: string) {
  const { fields, publicKey } = await open(name);
  const device = new SoftAuthenticator();
  const privateKey = await fields.load(offload, device);
  const sign = () => privateKey.sign(data, publicKey.algorithm as SignatureAlgorithm);
  return { device, fields, publicKey, privateKey, sign };
}

interface Parts {
  readonly algorithm: string;
  readonly raw: Uint8Array;
  readonly flags: number;
  readonly counter: number;
}

function partsOf(blob: Uint8Array): Parts {
  const reader = new WireReader(blob);
  const parts = {
    algorithm: reader.readText(),
    raw: reader.readString(),
    flags: reader.readByte(),
    counter: reader.readUint32(),
  };
  reader.assertEnd();
  return parts;
}

const blobOf = ({ algorithm, raw, flags, counter }: Parts, more = new Uint8Array()) =>
  new WireWriter().text(algorithm).string(raw).byte(flags).uint32(counter).bytes(more).finish();

describe.each(keys)('a key of a security key: %s', (name) => {
  it('is read from its .pub and its file, and written for the agent as OpenSSH has it', async () => {
    const publicKey = lineOf(name);
    expect(publicKey).toMatchObject({ algorithm: algorithms[name], bits: 256 });
    expect(kindName(publicKey.type, 256)).toMatch(/security key$/);
    for (const file of [`${name}.openssh`, `${name}.openssh-aes256-ctr`]) {
      const { fields, comment } = await open(file);
      expect(comment).toBe(`${name} comment`);
      expect(fields.publicKey.blob).toEqual(publicKey.blob);
      const encoded = fields.encodeForAgent().bytes;
      expect(Buffer.from(privateSectionOf(`${name}.openssh`)).includes(Buffer.from(encoded))).toBe(true);
      const again = readAgentPrivateKey(new WireReader(encoded));
      expect(again.fields.encodeForAgent().bytes).toEqual(encoded);
    }
  });

  it('is read where its certificate stands in for its public half', async () => {
    const certificate = lineOf(`${name}-cert`);
    const { fields } = await open(`${name}.openssh`);
    const message = fields.encodeForAgent(certificate).bytes;
    const read = readAgentPrivateKey(new WireReader(message));
    expect(read.publicKey.blob).toEqual(certificate.blob);
    expect(read.fields.encodeForAgent().bytes).toEqual(fields.encodeForAgent().bytes);
    expect(await verifyCertificate(certificate, offload)).toBe(true);
    // Another application than that of the certificate.
    const changed = Uint8Array.from(message);
    const at = Buffer.from(changed).lastIndexOf('ssh:');
    changed[at] = 0x73 ^ 1;
    expect(() => readAgentPrivateKey(new WireReader(changed))).toThrow(MalformedMessageError);
  });

  it('signs what OpenSSH verifies, and its signatures are good', async () => {
    const { sign, publicKey } = await loaded(`${name}.openssh`);
    const signature = await sign();
    expect(partsOf(signature)).toMatchObject({ algorithm: algorithms[name], flags: 1, counter: 1 });
    expect(await verifySignature(publicKey, signature, data, offload)).toBe(true);
    expect(await verifySignature(publicKey, signature, bytes('other'), offload)).toBe(false);
    expect(partsOf(await sign()).counter).toBe(2);
  });

  it('has signatures of which each part counts', async () => {
    const { sign, publicKey } = await loaded(`${name}.openssh`);
    const signature = await sign();
    const parts = partsOf(signature);
    const isGood = (blob: Uint8Array) => verifySignature(publicKey, blob, data, offload);
    const otherKey = lineOf(name === 'ed25519' ? 'resident' : 'untouched');
    const raw = Uint8Array.from(parts.raw);
    raw[raw.length - 1] = (raw.at(-1) as number) ^ 1;
    expect(await isGood(signature)).toBe(true);
    expect(await verifySignature(otherKey, signature, data, offload)).toBe(false);
    const broken: Readonly<Record<string, Uint8Array>> = {
      signature: blobOf({ ...parts, raw }),
      flags: blobOf({ ...parts, flags: 5 }),
      'no touch': blobOf({ ...parts, flags: 0 }),
      counter: blobOf({ ...parts, counter: parts.counter + 1 }),
      algorithm: blobOf({ ...parts, algorithm: name === 'ed25519' ? 'ssh-ed25519' : 'ecdsa-sha2-nistp256' }),
      'a rest that is too long': blobOf(parts, Uint8Array.of(0)),
      'a rest that is too short': signature.subarray(0, -1),
      'no rest': new WireWriter().text(parts.algorithm).string(parts.raw).finish(),
    };
    for (const [what, blob] of Object.entries(broken))
      expect([what, await isGood(blob)]).toEqual([what, false]);
  });

  it('verifies what OpenSSH signed by middleware', async () => {
    const [block] = findPemBlocks(fixture(`security-keys/${name}.sshsig`));
    const reader = new WireReader(decodePemBody(block?.body ?? new Uint8Array()).bytes);
    reader.readBytes(6);
    reader.readUint32();
    expect(reader.readString()).toEqual(lineOf(name).blob);
    reader.readString();
    reader.readString();
    reader.readString();
    const signature = reader.readString();
    const hash = createHash('sha512').update('signed text').digest();
    const signed = new WireWriter().bytes(bytes('SSHSIG')).text('file').text('').text('sha512').string(hash);
    expect(await verifySignature(lineOf(name), signature, signed.finish(), offload)).toBe(true);
  });

  it('is an authority whose certificates are verified', async () => {
    const certificate = lineOf(`by-${name}-cert`);
    expect(certificate.certificate?.signatureKey?.blob).toEqual(lineOf(name).blob);
    expect(await verifyCertificate(certificate, offload)).toBe(true);
    const changed = Uint8Array.from(certificate.blob);
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
    expect(await verifyCertificate(parsePublicKey(changed), offload)).toBe(false);
  });

  it.each<[string, (assertion: Assertion) => Assertion, RegExp]>([
    ['for another message', (made) => ({ ...made, counter: made.counter + 1 }), /not good/],
    ['of a wrong length', (made) => ({ ...made, signature: made.signature.subarray(1) }), /not good/],
    ['without the touch that the key wants', (made) => ({ ...made, flags: 0 }), /without a touch/],
  ])('hands out no signature %s', async (_what, spoil, message) => {
    const { device, sign } = await loaded(`${name}.openssh`);
    device.spoil = spoil;
    await expect(sign()).rejects.toThrow(SecurityKeyError);
    await expect(sign()).rejects.toThrow(message);
    device.spoil = (made) => made;
    await expect(sign()).resolves.toBeDefined();
  });
});

/** The part of a file in clear that has the private half. */
function privateSectionOf(name: string): Uint8Array {
  const [block] = findPemBlocks(fixture(`security-keys/${name}`));
  return Uint8Array.from(decodePemBody(block?.body ?? new Uint8Array()).bytes);
}

describe('what the person is asked for at a use', () => {
  it('is nothing of a key that wants no touch, whose signatures are good all the same', async () => {
    const { device, sign, publicKey } = await loaded('untouched.openssh');
    device.touchesAtOnce = false;
    const signature = await sign();
    expect(partsOf(signature).flags).toBe(0);
    expect(await verifySignature(publicKey, signature, data, offload)).toBe(true);
    // Nor is a host's certificate by such a key a worse one.
    expect(await verifyCertificate(lineOf('by-untouched-cert'), offload)).toBe(true);
  });

  it('is also its PIN of a key that wants its owner verified, and a signature without that is refused', async () => {
    const { device, privateKey, sign, publicKey } = await loaded('resident.openssh');
    device.pin = '1234';
    await expect(sign()).rejects.toMatchObject({ name: 'SecurityKeyPinError' });
    const algorithm = publicKey.algorithm as SignatureAlgorithm;
    const signature = await privateKey.sign(data, algorithm, undefined, undefined, bytes('1234'));
    expect(partsOf(signature).flags).toBe(5);
    device.pin = undefined;
    device.spoil = (made) => ({ ...made, flags: 1 });
    await expect(sign()).rejects.toThrow(/without its PIN/);
    expect(device.requests.map(({ application }) => application)).toEqual(Array(3).fill('ssh:work'));
  });

  it('is told while it is waited for', async () => {
    const { privateKey } = await loaded('ed25519.openssh');
    const waits: unknown[] = [];
    await privateKey.sign(data, algorithms.ed25519, undefined, (what) => waits.push(what));
    expect(waits).toEqual(['touch', undefined]);
  });
});

describe('a security key', () => {
  it('does one thing at a time for all of its keys, and who leaves makes room', async () => {
    const { fields } = await open('ed25519.openssh');
    const { fields: others } = await open('ecdsa.openssh');
    const device = new SoftAuthenticator();
    device.touchesAtOnce = false;
    const [a, b] = [await fields.load(offload, device), await others.load(offload, device)];
    const leaving = new AbortController();
    const claimant = { process: 1, connection: 1, signal: () => leaving.signal };
    const first = a.sign(data, algorithms.ed25519, claimant);
    const second = b.sign(data, algorithms.ecdsa);
    const third = a.sign(data, algorithms.ed25519);
    await expect.poll(() => device.waiting).toBe(1);
    leaving.abort(new Error('left'));
    await expect(first).rejects.toThrow('left');
    await expect.poll(() => device.waiting).toBe(1);
    device.touch();
    expect(partsOf(await second).algorithm).toBe(algorithms.ecdsa);
    await expect.poll(() => device.waiting).toBe(1);
    device.touch();
    await third;
    expect(device.busiest).toBe(1);
  });

  it('that does not heed who leaves holds up nobody', async () => {
    const { fields } = await open('ed25519.openssh');
    const device = new SoftAuthenticator();
    const { sign } = device;
    device.sign = () => new Promise(() => {});
    const key = await fields.load(offload, device);
    const leaving = new AbortController();
    const hung = key.sign(data, algorithms.ed25519, {
      process: 1,
      connection: 1,
      signal: () => leaving.signal,
    });
    leaving.abort(new Error('left'));
    await expect(hung).rejects.toThrow('left');
    device.sign = sign;
    await expect(key.sign(data, algorithms.ed25519)).resolves.toBeDefined();
  });

  it('is given the handle whole where the key is dropped meanwhile, and of its flags those that are known', async () => {
    const device = new SoftAuthenticator();
    const wish = { algorithm: 'ed25519', application: 'ssh:', flags: 1, user: '', challenge: data } as const;
    const { point, keyHandle } = await device.enroll(wish, new AbortController().signal, () => {});
    const publicKey = securityKeyPublicKey('sk-ed25519', point, bytes('ssh:'));
    const key = await new SecurityKeyFields(publicKey, 0xff, keyHandle).load(offload, device);
    device.touchesAtOnce = false;
    const signed = key.sign(data, algorithms.ed25519);
    await expect.poll(() => device.waiting).toBe(1);
    key.destroy();
    device.touch();
    await expect(signed).resolves.toBeDefined();
    expect(device.requests).toMatchObject([{ keyHandle, flags: 0x25 }]);
  });

  it('is not asked by a key that is no longer held, and by none without a way to it', async () => {
    const { device, fields, privateKey, sign } = await loaded('ed25519.openssh');
    privateKey.destroy();
    await expect(sign()).rejects.toThrow('no longer held');
    expect(device.requests).toEqual([]);
    await expect(fields.load(offload)).rejects.toThrow(UnsupportedKeyError);
  });
});

describe('damaged keys of security keys', () => {
  const point = new Uint8Array(32);
  const message = (change: { application?: Uint8Array; handle?: Uint8Array; reserved?: Uint8Array }) => {
    const { application = bytes('ssh:'), handle = new Uint8Array(64), reserved = new Uint8Array() } = change;
    const writer = new WireWriter().text(algorithms.ed25519).string(point).string(application);
    return writer.byte(1).string(handle).string(reserved).finish();
  };
  const read = (bytesOfIt: Uint8Array) => readAgentPrivateKey(new WireReader(bytesOfIt));

  it.each([
    ['an empty application', { application: bytes('') }],
    ['a NUL in the application', { application: bytes('ssh:\0evil') }],
    ['an application that is no text', { application: Uint8Array.of(0xff, 0xfe) }],
    ['an empty key handle', { handle: new Uint8Array() }],
  ])('are refused: %s', (_what, change) => {
    expect(() => read(message(change))).toThrow(MalformedMessageError);
  });

  it.each([
    [
      'an application',
      { application: new Uint8Array(64 * 1024).fill(0x61) },
      /application.*longer than 1024 bytes/,
    ],
    ['a key handle', { handle: new Uint8Array(64 * 1024) }, /key handle.*longer than the 16 KiB/],
    ['something reserved', { reserved: new Uint8Array(64 * 1024) }, /longer than the 16 KiB/],
  ])('are refused in a sentence that says why: %s of 64 KiB', (_what, change, sentence) => {
    expect(() => read(message(change))).toThrow(sentence);
    expect(() => read(message(change))).toThrow(UnsupportedKeyError);
  });

  it('are refused where the point is none', () => {
    const short = new WireWriter().text(algorithms.ed25519).string(new Uint8Array(31)).text('ssh:').finish();
    const { blob } = lineOf('ecdsa');
    const off = Uint8Array.from(blob);
    const at = Buffer.from(blob).indexOf(Buffer.from('nistp256')) + 8 + 4 + 40;
    off[at] = (off[at] as number) ^ 1;
    for (const damaged of [short, off, blob.subarray(0, -1), Buffer.concat([blob, Uint8Array.of(0)])])
      expect(() => parsePublicKey(damaged)).toThrow(MalformedMessageError);
  });
});

describe('a signature that a browser had made', () => {
  const name = 'webauthn-sk-ecdsa-sha2-nistp256@openssh.com';
  const origin = 'https://example.org';
  const sha256 = (what: Uint8Array | string) => createHash('sha256').update(what).digest();

  interface BrowserSays {
    readonly challenge?: Uint8Array;
    readonly origin?: string;
    readonly statedOrigin?: string;
    readonly type?: string;
    readonly flags?: number;
    readonly extensions?: Uint8Array;
    readonly more?: Uint8Array;
  }

  async function made(says: BrowserSays = {}) {
    const { fields, publicKey } = await open('ecdsa.openssh');
    const encoded = new WireReader(fields.encodeForAgent().bytes);
    for (let skipped = 0; skipped < 4; skipped++) encoded.readString();
    encoded.readByte();
    const secret = encoded.readString().subarray(1, 33);
    const blob = new WireReader(publicKey.blob);
    blob.readString();
    blob.readString();
    const point = blob.readString();
    const b64 = (part: Uint8Array) => Buffer.from(part).toString('base64url');
    const jwk = { kty: 'EC', crv: 'P-256', x: b64(point.subarray(1, 33)), y: b64(point.subarray(33)) };
    const key = createPrivateKey({ key: { ...jwk, d: b64(secret) }, format: 'jwk' });
    const { flags = 1, extensions = new Uint8Array(), type = 'webauthn.get' } = says;
    const challenge = b64(says.challenge ?? data);
    const clientData = `{"type":"${type}","challenge":"${challenge}","origin":"${says.origin ?? origin}","crossOrigin":false}`;
    const rest = new WireWriter().byte(flags).uint32(7).finish();
    const signed = Buffer.concat([sha256('ssh:'), rest, extensions, sha256(clientData)]);
    const raw = nodeSign('sha256', signed, { key, dsaEncoding: 'ieee-p1363' });
    const mpints = new WireWriter().mpint(raw.subarray(0, 32)).mpint(raw.subarray(32)).finish();
    const stated = says.statedOrigin ?? says.origin ?? origin;
    const signature = new WireWriter().text(name).string(mpints).bytes(rest).text(stated).text(clientData);
    const whole = signature
      .string(extensions)
      .bytes(says.more ?? new Uint8Array())
      .finish();
    return await verifySignature(publicKey, whole, data, offload);
  }

  it('is good where it is for this message', async () => {
    expect(await made()).toBe(true);
    expect(await made({ flags: 0x81, extensions: Uint8Array.of(0xa0) })).toBe(true);
  });

  it.each<[string, BrowserSays]>([
    ['another message', { challenge: bytes('other') }],
    ['another origin than it says', { statedOrigin: 'https://example.com' }],
    ['an origin that writes more than itself', { origin: 'https://a","x":"' }],
    ['the making of a key', { type: 'webauthn.create' }],
    ['extensions that the flags know nothing of', { extensions: Uint8Array.of(0xa0) }],
    ['flags of extensions that are not there', { flags: 0x81 }],
    ['flags of a new credential', { flags: 0x41 }],
    ['something that follows', { more: Uint8Array.of(0) }],
  ])('is not good for %s', async (_what, says) => {
    expect(await made(says)).toBe(false);
  });

  it('is none that a key makes here, nor one of Ed25519', async () => {
    const { privateKey } = await loaded('ecdsa.openssh');
    await expect(privateKey.sign(data, name)).rejects.toThrow(/can't make/);
    const { sign, publicKey } = await loaded('ed25519.openssh');
    const renamed = blobOf({ ...partsOf(await sign()), algorithm: name });
    expect(await verifySignature(publicKey, renamed, data, offload)).toBe(false);
  });
});
