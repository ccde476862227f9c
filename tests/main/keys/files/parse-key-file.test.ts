// Every format, cipher and key type, against what the programs that made the files say.
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload as offload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { decodeBase64 } from '../../../../main/keys/encoding/base64.ts';
import { DerReader, derTag } from '../../../../main/keys/encoding/der.ts';
import { withPublicKey } from '../../../../main/keys/files/known-public-key.ts';
import { parseKeyFile } from '../../../../main/keys/files/parse-key-file.ts';
import type { EncryptedKeyFile } from '../../../../main/keys/files/shared/key-file.ts';
import { KeyFileError } from '../../../../main/keys/files/shared/key-file-error.ts';
import { edwardsPointOf } from '../../../../main/keys/kinds/edwards/edwards-public-key.ts';
import { verifySignature } from '../../../../main/keys/kinds/verify-signature.ts';
import {
  algorithmOf,
  fixture,
  fixtureNames,
  fixtureText,
  openFixture,
  passphrase,
  publicLine,
} from '../fixtures.ts';

const text = new TextEncoder();
const data = text.encode('signed text');
/** Files whose public key is known from OpenSSH or PuTTY. */
const withPublicFile = fixtureNames(
  /^(default-)?(rsa1024|rsa2048|dsa|p256|p384|p521|ed25519|ed448|mldsa44)(-crlf|-cr)?\.(openssh|ppk|pem|pkcs8)/,
).filter((name) => !/^ed(25519|448)\.pkcs8|unicode/.test(name));
const isEncrypted = (name: string): boolean => /(openssh|pem|pkcs8|ppk|ppk2|ppk1)-|^default-/.test(name);

describe('a key file', () => {
  it.each(withPublicFile)('%s opens, matches its public key file and signs', async (name) => {
    const key = name.replace(/^default-/, '').replace(/(-crlf|-cr)?\..*/, '');
    const known = publicLine(key);
    const opened = await openFixture(name);
    expect(opened.publicKey.blob).toEqual(known.publicKey.blob);
    expect(opened.fields.publicKey.blob).toEqual(known.publicKey.blob);
    if (!/\.(pem|pkcs8)/.test(name)) expect(opened.comment).toBe(`${key} comment`);
    const privateKey = await opened.fields.load(offload);
    opened.fields.wipe();
    const signature = await privateKey.sign(data, algorithmOf[opened.publicKey.type]);
    expect(await verifySignature(known.publicKey, signature, data, offload)).toBe(true);
    expect(await verifySignature(known.publicKey, signature, text.encode('other text'), offload)).toBe(false);
  });

  it.each(withPublicFile.filter(isEncrypted))('%s says that a wrong passphrase is wrong', async (name) => {
    const file = parseKeyFile(fixture(name)) as EncryptedKeyFile;
    expect(file.kind).toBe('encrypted');
    expect(file.cost.needsConfirmation).toBe(false);
    for (const wrong of ['pass phrasE', '', 'pass phrase ']) {
      const error = await file.decrypt(text.encode(wrong), offload).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(KeyFileError);
      expect((error as KeyFileError).code).toBe('wrong-passphrase');
    }
  });

  it.each(fixtureNames(/^ed(25519|448)\.pkcs8/))('%s holds the key that OpenSSL says', async (name) => {
    const { publicKey } = await openFixture(name);
    const pem = fixtureText(`${publicKey.type}.spki`).replace(/-----.*-----/g, '');
    const spki = new DerReader(decodeBase64(text.encode(pem))).readSequence();
    spki.read(derTag.sequence);
    expect(edwardsPointOf(publicKey)).toEqual(spki.readBitString());
  });

  it.each(fixtureNames(/-cert\.ppk/))(
    '%s lists its certificate and signs with the base key',
    async (name) => {
      const certificate = publicLine(name.replace(/\.ppk.*/, '')).publicKey;
      const plain = publicLine(name.replace(/-cert.*/, '')).publicKey;
      const opened = await openFixture(name);
      expect(opened.publicKey.blob).toEqual(certificate.blob);
      expect(opened.publicKey.base.blob).toEqual(plain.blob);
      const privateKey = await opened.fields.load(offload);
      expect(privateKey.publicKey.blob).toEqual(plain.blob);
      const signature = await privateKey.sign(data, algorithmOf[opened.publicKey.type]);
      expect(await verifySignature(certificate, signature, data, offload)).toBe(true);
    },
  );

  it('shows the public half and comment of an encrypted PPK without a passphrase', () => {
    const file = parseKeyFile(fixture('p256.ppk-argon2id'));
    expect(file).toMatchObject({ kind: 'encrypted', format: 'ppk', comment: 'p256 comment' });
    expect(file.publicKey?.blob).toEqual(publicLine('p256').publicKey.blob);
  });

  it('shows the public half of an encrypted OpenSSH file, and hides what PEM hides', () => {
    const openssh = parseKeyFile(fixture('p384.openssh-aes256-ctr'));
    expect(openssh).toMatchObject({ kind: 'encrypted', format: 'openssh' });
    expect(openssh.publicKey?.blob).toEqual(publicLine('p384').publicKey.blob);
    expect(parseKeyFile(fixture('p384.pkcs8-aes-256-cbc')).publicKey).toBeUndefined();
    expect(parseKeyFile(fixture('rsa2048.pem-aes-128-cbc')).publicKey).toBeUndefined();
  });

  it('names each format', () => {
    const formats = ['p256.ppk', 'p256.openssh', 'p256.pkcs8', 'rsa2048.pem', 'p256.pem', 'dsa.pem'];
    expect(formats.map((name) => parseKeyFile(fixture(name)).format)).toEqual([
      'ppk',
      'openssh',
      'pkcs8',
      'pkcs1',
      'sec1',
      'dsa',
    ]);
  });

  it('opens PKCS #12 encryption with a passphrase beyond ASCII', async () => {
    const file = parseKeyFile(fixture('p256.pkcs8-unicode')) as EncryptedKeyFile;
    const key = await file.decrypt(text.encode('Zürich €𝄞'), offload);
    expect(key.publicKey.blob).toEqual(publicLine('p256').publicKey.blob);
  });

  it('skips the parameters that openssl puts before an EC key', async () => {
    expect((await openFixture('p256-with-parameters.pem')).publicKey.type).toBe('ecdsa-p256');
  });

  it('gives the fields of a clear file once they belong together, and wipes them on demand', async () => {
    const file = parseKeyFile(fixture('ed25519.ppk'));
    if (file.kind !== 'clear') throw new Error('not clear');
    file.wipe();
    await expect(file.fields(offload)).rejects.toThrow('secret used after it was wiped');
  });

  it('keeps its own copy of an encrypted file', async () => {
    const bytes = fixture('ed25519.openssh-aes256-gcm');
    const file = parseKeyFile(bytes) as EncryptedKeyFile;
    bytes.fill(0);
    expect(file.bytes).toEqual(fixture('ed25519.openssh-aes256-gcm'));
    const key = await file.decrypt(passphrase, offload);
    expect(key.publicKey.blob).toEqual(publicLine('ed25519').publicKey.blob);
  });

  it('stops with the reason when it was aborted', async () => {
    for (const name of ['p256.ppk-argon2id', 'ed25519.openssh-aes256-ctr', 'p256.pkcs8-scrypt']) {
      const file = parseKeyFile(fixture(name)) as EncryptedKeyFile;
      const signal = AbortSignal.abort(new Error('no longer wanted'));
      await expect(file.decrypt(passphrase, offload, signal)).rejects.toThrow('no longer wanted');
    }
  });

  it('refuses a public key from elsewhere that is not its own', async () => {
    const file = parseKeyFile(fixture('p384.pkcs8-aes-256-cbc')) as EncryptedKeyFile;
    const right = withPublicKey(file, publicLine('p384').publicKey);
    expect((await right.decrypt(passphrase, offload)).publicKey.blob).toEqual(right.publicKey?.blob);
    const wrong = withPublicKey(file, publicLine('p256').publicKey);
    await expect(wrong.decrypt(passphrase, offload)).rejects.toMatchObject({ code: 'inconsistent' });
  });
});
