// What is said about files that can't be used.
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload as offload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { WireWriter } from '../../../../main/keys/encoding/wire.ts';
import { parseKeyFile } from '../../../../main/keys/files/parse-key-file.ts';
import type { EncryptedKeyFile } from '../../../../main/keys/files/shared/key-file.ts';
import { KeyFileError, type KeyFileErrorCode } from '../../../../main/keys/files/shared/key-file-error.ts';
import { fixture, fixtureText, passphrase, publicLine } from '../fixtures.ts';

const text = new TextEncoder();

function refusal(contents: string | Uint8Array): KeyFileError {
  try {
    parseKeyFile(typeof contents === 'string' ? text.encode(contents) : contents);
  } catch (error) {
    if (error instanceof KeyFileError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

/** An openssh-key-v1 file with this public blob, and this private section. */
function opensshFile(publicBlob: Uint8Array, section: Uint8Array = new Uint8Array()): string {
  const body = new WireWriter()
    .bytes(text.encode('openssh-key-v1\0'))
    .text('none')
    .text('none')
    .text('')
    .uint32(1)
    .string(publicBlob)
    .string(section)
    .finish();
  const base64 = Buffer.from(body).toString('base64');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${base64}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

const securityKeyBlob = (applicationBytes: number) =>
  new WireWriter()
    .text('sk-ssh-ed25519@openssh.com')
    .string(new Uint8Array(32))
    .string(new Uint8Array(applicationBytes).fill(0x61))
    .finish();

function securityKeyFile(handleBytes: number): string {
  const section = new WireWriter().uint32(1).uint32(1).bytes(securityKeyBlob(4)).byte(1);
  section.string(new Uint8Array(handleBytes)).text('').text('comment');
  for (let next = 1; section.length % 8 !== 0; next++) section.byte(next);
  return opensshFile(securityKeyBlob(4), section.finish());
}

const ppk = fixtureText('p256.ppk-argon2id');
const cases: [string, string | Uint8Array, KeyFileErrorCode, RegExp][] = [
  ['an empty file', '', 'not-a-key-file', /empty/],
  ['a text', 'Dear diary', 'not-a-key-file', /not a private key file/],
  ['a public key line', fixtureText('p256.pub'), 'not-a-key-file', /public key/],
  ['an RFC 4716 public key', fixtureText('foreign/rfc4716'), 'not-a-key-file', /public key/],
  ['a PEM public key', fixtureText('foreign/spki'), 'not-a-key-file', /public key/],
  ['a certificate', fixtureText('p256-cert.pub'), 'not-a-key-file', /certificate/],
  ['an SSH-1 key', fixtureText('foreign/ssh1'), 'unsupported', /SSH-1/],
  ['an ssh.com key', fixtureText('foreign/sshcom'), 'unsupported', /ssh\.com/],
  ['PPK version 4', ppk.replace('File-3', 'File-4'), 'unsupported', /version 4/],
  ['a PPK with an unknown cipher', ppk.replace('aes256-cbc', 'aes256-gcm'), 'unsupported', /cipher/],
  ['a PPK with an unknown derivation', ppk.replace('Argon2id', 'scrypt'), 'unsupported', /derives/],
  ['an X25519 key', fixture('x25519.pkcs8'), 'unsupported', /key agreement/],
  ['a secp256k1 key', fixture('secp256k1.pem'), 'unsupported', /P-256, P-384 and P-521/],
  ['a UTF-16 file', Uint8Array.of(0xff, 0xfe, 0x50, 0), 'not-a-key-file', /UTF-16/],
  [
    'a key of a security key whose application is far too long',
    opensshFile(securityKeyBlob(64 * 1024)),
    'unsupported',
    /its application, by which the security key knows it, is longer than 1024 bytes/,
  ],
  [
    'a key of a security key with a key handle of 64 KiB',
    securityKeyFile(64 * 1024),
    'unsupported',
    /^This key file can't be used: its key handle, .*is longer than the 16 KiB that are taken\.$/,
  ],
  ['a key of a security key without a key handle', securityKeyFile(0), 'corrupt', /damaged/],
  [
    'an unknown kind of private key',
    fixtureText('p256.pem').replaceAll('EC PRIVATE', 'GOST PRIVATE'),
    'unsupported',
    /GOST PRIVATE KEY/,
  ],
  [
    'an unknown DEK-Info cipher',
    fixtureText('p256.pem-aes-128-cbc').replace('AES-128-CBC', 'CAMELLIA-128-CBC'),
    'unsupported',
    /CAMELLIA-128-CBC/,
  ],
  [
    'PPK headers in another order',
    ppk.replace(/(Encryption.*\n)(Comment.*\n)/, '$2$1'),
    'corrupt',
    /damaged/,
  ],
  ['a PPK of another algorithm than said', ppk.replace('nistp256', 'nistp384'), 'corrupt', /damaged/],
  ['a PPK with 5461 lines', ppk.replace(/Private-Lines: \d+/, 'Private-Lines: 5461'), 'corrupt', /damaged/],
  [
    'a changed clear PPK',
    fixtureText('p256.ppk').replace('p256 comment', 'p257 comment'),
    'corrupt',
    /checksum/,
  ],
  ['an upper-case PPK MAC', upperCaseMac(fixtureText('p256.ppk')), 'corrupt', /damaged/],
];

function upperCaseMac(file: string): string {
  return file.replace(/Private-MAC: .*/, (line) => `Private-MAC: ${line.slice(13).toUpperCase()}`);
}

describe('a file that is no usable private key', () => {
  it.each(cases)('is refused: %s', (_name, contents, code, message) => {
    const error = refusal(contents);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it.each([
    ['memory over 1 GiB', /Argon2-Memory: \d+/, 'Argon2-Memory: 1048577'],
    ['memory of 4 TiB', /Argon2-Memory: \d+/, 'Argon2-Memory: 4294967295'],
    ['less memory than lanes need', /Argon2-Memory: \d+/, 'Argon2-Memory: 7'],
    ['no memory', /Argon2-Memory: \d+/, 'Argon2-Memory: 0'],
    ['no passes', /Argon2-Passes: \d+/, 'Argon2-Passes: 0'],
    ['passes for days', /Argon2-Passes: \d+/, 'Argon2-Passes: 4294967295'],
    ['no parallelism', /Argon2-Parallelism: \d+/, 'Argon2-Parallelism: 0'],
    ['parallelism 256', /Argon2-Parallelism: \d+/, 'Argon2-Parallelism: 256'],
  ])('is refused for hostile Argon2 parameters: %s', (_name, pattern, replacement) => {
    expect(refusal(ppk.replace(pattern, replacement)).code).toBe('hostile-parameters');
  });

  it('is refused for an Argon2 number over 32 bits or a short salt', () => {
    expect(refusal(ppk.replace(/Argon2-Passes: \d+/, 'Argon2-Passes: 4294967296')).code).toBe('corrupt');
    expect(refusal(ppk.replace(/Argon2-Salt: .*/, 'Argon2-Salt: 00112233445566')).code).toBe('corrupt');
  });

  it('asks for confirmation when Argon2 work is above 2^24 passes x KiB', () => {
    const at = (memory: number, passes: number) =>
      (
        parseKeyFile(
          text.encode(
            ppk
              .replace(/Argon2-Memory: \d+/, `Argon2-Memory: ${memory}`)
              .replace(/Argon2-Passes: \d+/, `Argon2-Passes: ${passes}`),
          ),
        ) as EncryptedKeyFile
      ).cost;
    expect(at(2 ** 20, 16).needsConfirmation).toBe(false);
    expect(at(2 ** 20, 17).needsConfirmation).toBe(true);
    expect(at(2 ** 20, 17).description).toBe('about 15 s (Argon2id with 1024 MiB of memory and 17 passes)');
    expect(
      refusal(
        ppk
          .replace(/Argon2-Memory: \d+/, 'Argon2-Memory: 1048576')
          .replace(/Argon2-Passes: \d+/, 'Argon2-Passes: 257'),
      ).code,
    ).toBe('hostile-parameters');
  });

  it('is refused or asked about for many bcrypt rounds', () => {
    const withRounds = (rounds: number): Uint8Array => {
      const lines = fixtureText('ed25519.openssh-aes256-ctr').split('\n');
      const body = Buffer.from(lines.slice(1, -2).join(''), 'base64');
      const afterSalt = body.indexOf('bcrypt') + 6 + 4 + 4 + 16;
      body.writeUInt32BE(rounds, afterSalt);
      return text.encode(`${lines[0]}\n${body.toString('base64')}\n${lines.at(-2)}\n`);
    };
    expect((parseKeyFile(withRounds(1)) as EncryptedKeyFile).cost.needsConfirmation).toBe(false);
    expect((parseKeyFile(withRounds(2_001)) as EncryptedKeyFile).cost.needsConfirmation).toBe(true);
    expect(refusal(withRounds(0)).code).toBe('hostile-parameters');
    expect(refusal(withRounds(50_001)).code).toBe('hostile-parameters');
    expect(refusal(withRounds(0xffff_ffff)).code).toBe('hostile-parameters');
  });

  it('is refused for hostile PBKDF2 iterations and scrypt sizes', () => {
    const patched = (name: string, from: string, to: string): Uint8Array => {
      const lines = fixtureText(name).trim().split('\n');
      const hex = Buffer.from(lines.slice(1, -1).join(''), 'base64').toString('hex');
      expect(hex).toContain(from);
      const base64 = Buffer.from(hex.replace(from, to), 'hex').toString('base64');
      return text.encode(`${lines[0]}\n${base64}\n${lines.at(-1)}\n`);
    };
    // INTEGER 0 iterations; INTEGER 100 -> 0
    expect(refusal(patched('p256.pkcs8-aes-128-cbc', '020164', '020100')).code).toBe('hostile-parameters');
    // scrypt N = 1024, r = 8, p = 1: r -> 127 with N -> 32767 is no power of two; N -> 16384 with r 8 is fine
    expect(refusal(patched('p256.pkcs8-scrypt', '02020400', '02020401')).code).toBe('hostile-parameters');
    expect(refusal(patched('p256.pkcs8-scrypt', '020108', '020100')).code).toBe('hostile-parameters');
  });

  it('says that the public half of an OpenSSH file belongs to another private half', () => {
    const bytes = pemBytes('ed25519.openssh');
    const point = bytes.indexOf(publicLine('ed25519').publicKey.blob.subarray(-32));
    bytes.writeUInt8(bytes.readUInt8(point + 5) ^ 1, point + 5);
    expect(refusal(asPem('ed25519.openssh', bytes)).code).toBe('inconsistent');
  });

  it.each(['p256.pem', 'rsa2048.pem', 'dsa.pem'])(
    'says that a changed private number of %s does not fit',
    async (name) => {
      const bytes = pemBytes(name);
      // In the scalar of p256 and x of dsa (last), and in the private exponent of rsa.
      const position = name === 'p256.pem' ? 20 : name === 'dsa.pem' ? bytes.length - 3 : 400;
      bytes.writeUInt8(bytes.readUInt8(position) ^ 1, position);
      const file = parseKeyFile(text.encode(asPem(name, bytes)));
      if (file.kind !== 'clear') throw new Error('not clear');
      await expect(file.fields(offload)).rejects.toMatchObject({ code: 'inconsistent' });
    },
  );

  it.each([
    ['rsa2048', 'rsa1024'],
    ['dsa', 'rsa1024'],
  ])('finds a foreign public half in %s.ppk1, whose MAC leaves it open', async (name, other) => {
    const base64 = Buffer.from(publicLine(other).publicKey.blob).toString('base64');
    const lines = base64.match(/.{1,64}/g) as string[];
    const block = `Public-Lines: ${lines.length}\n${lines.join('\n')}\n`;
    const changed = fixtureText(`${name}.ppk1-aes`)
      .replace(/Public-Lines[\s\S]*?(?=Private-Lines)/, block)
      .replace('File-1: ssh-dss', 'File-1: ssh-rsa');
    const file = parseKeyFile(text.encode(changed)) as EncryptedKeyFile;
    await expect(file.decrypt(passphrase, offload)).rejects.toMatchObject({
      code: name === 'dsa' ? 'corrupt' : 'inconsistent',
    });
  });
});

function pemBytes(name: string): Buffer {
  return Buffer.from(fixtureText(name).replace(/-----.*-----/g, ''), 'base64');
}

function asPem(name: string, bytes: Buffer): string {
  const lines = fixtureText(name).trim().split('\n');
  return `${lines[0]}\n${bytes.toString('base64')}\n${lines.at(-1)}\n`;
}
