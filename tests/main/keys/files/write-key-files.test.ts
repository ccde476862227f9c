// New keys and written key files, read back by our own parsers; tests/interop has other programs read them.
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import type { CryptoOffload } from '../../../../main/keys/crypto-offload.ts';
import { encodeBase64Lines } from '../../../../main/keys/encoding/base64.ts';
import { generateKey, type NewKeyType } from '../../../../main/keys/files/generate-key.ts';
import { writeOpensshKeyFile } from '../../../../main/keys/files/openssh/write-openssh-key-file.ts';
import { parseKeyFile } from '../../../../main/keys/files/parse-key-file.ts';
import { writePpkFile } from '../../../../main/keys/files/ppk/write-ppk-file.ts';
import { verifySignature } from '../../../../main/keys/kinds/verify-signature.ts';

const offload = inlineCryptoOffload;
const types: readonly NewKeyType[] = [
  { kind: 'ed25519' },
  { kind: 'ecdsa-p256' },
  { kind: 'ecdsa-p384' },
  { kind: 'ecdsa-p521' },
  { kind: 'rsa', bits: 2048 },
  { kind: 'mldsa44-ed25519' },
];
const writers = [
  ['openssh', writeOpensshKeyFile],
  ['ppk', writePpkFile],
] as const;
const passphrase = new TextEncoder().encode('a passphrase with ümläuts');
const none = new Uint8Array(0);
const comment = 'a comment – with 😀';

describe.each(writers)('the comment in a written %s file', (format, write) => {
  const read = async (written: Uint8Array) => {
    const fields = await generateKey({ kind: 'ed25519' }, offload);
    const file = parseKeyFile((await write({ fields, comment: written, passphrase: none }, offload)).bytes);
    return Buffer.from(file.rawComment).toString('latin1');
  };

  it('has the very bytes that were given, however many', async () => {
    for (const text of ['M\xfcller \xa0', 'x\xff'.repeat(3000)])
      expect(await read(Buffer.from(text, 'latin1'))).toBe(text);
  });

  it('makes no other line of a comment with line ends', async () => {
    const text = 'a\r\nPublic-Lines: 0\nb';
    expect(await read(Buffer.from(text))).toBe(format === 'ppk' ? 'a  Public-Lines: 0 b' : text);
  });
});

describe.each(types)('a new $kind key', (type) => {
  it('signs what its public half verifies', async () => {
    const fields = await generateKey(type, offload);
    const key = await fields.load(offload);
    const data = new TextEncoder().encode('data');
    const algorithm = type.kind === 'rsa' ? 'rsa-sha2-256' : (key.publicKey.algorithm as 'ssh-ed25519');
    const signature = await key.sign(data, algorithm);
    expect(await verifySignature(key.publicKey, signature, data, offload)).toBe(true);
    expect(await verifySignature(key.publicKey, signature, none, offload)).toBe(false);
  });

  it('is another one each time', async () => {
    const [first, second] = await Promise.all([generateKey(type, offload), generateKey(type, offload)]);
    expect(first.publicKey.blob).not.toEqual(second.publicKey.blob);
  });

  const possible = writers.filter(([format]) => format === 'openssh' || type.kind !== 'mldsa44-ed25519');

  it.each(possible)('comes back from an encrypted %s file', async (format, write) => {
    const fields = await generateKey(type, offload);
    const file = parseKeyFile((await write({ fields, comment, passphrase }, offload)).bytes);
    if (file.kind !== 'encrypted') throw new Error('not encrypted');
    expect(file.format).toBe(format);
    const decrypted = await file.decrypt(passphrase, offload);
    expect(decrypted.comment).toBe(comment);
    expect(decrypted.fields.encodeForAgent().bytes).toEqual(fields.encodeForAgent().bytes);
    await expect(file.decrypt(new TextEncoder().encode('wrong'), offload)).rejects.toMatchObject({
      code: 'wrong-passphrase',
    });
  });

  it.each(possible)('comes back from a %s file without a passphrase', async (format, write) => {
    const fields = await generateKey(type, offload);
    const file = parseKeyFile((await write({ fields, comment, passphrase: none }, offload)).bytes);
    if (file.kind !== 'clear') throw new Error('not in clear');
    expect(file.format).toBe(format);
    expect(file.comment).toBe(comment);
    expect((await file.fields(offload)).encodeForAgent().bytes).toEqual(fields.encodeForAgent().bytes);
  });
});

it.each([passphrase, none])(
  'says that PPK files have no post-quantum keys, before any slow work',
  async (phrase) => {
    const fields = await generateKey({ kind: 'mldsa44-ed25519' }, offload);
    const writing = writePpkFile({ fields, comment, passphrase: phrase }, {} as CryptoOffload);
    await expect(writing).rejects.toMatchObject({
      code: 'unsupported',
      message:
        "PuTTY key files (PPK) can't hold keys of the kind ML-DSA-44 + Ed25519. Choose the OpenSSH format.",
    });
  },
);

describe('generateKey', () => {
  it.each([1024, 2047, 16_392, Number.NaN])('refuses an RSA key of %s bits', async (bits) => {
    await expect(generateKey({ kind: 'rsa', bits }, offload)).rejects.toThrow(RangeError);
  });
});

describe('encodeBase64Lines', () => {
  it.each([0, 1, 2, 3, 46, 47, 48, 49, 96, 100])('agrees with Buffer for %i bytes', (length) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 37) & 0xff);
    const lines =
      Buffer.from(bytes)
        .toString('base64')
        .match(/.{1,64}/g) ?? [];
    expect(Buffer.from(encodeBase64Lines(bytes, 64)).toString()).toBe(
      lines.map((line) => `${line}\n`).join(''),
    );
  });
});
