// Writes OpenSSH's own private key format (PROTOCOL.key), as ssh-keygen does: bcrypt and AES-256-CTR, or in clear.
import { createCipheriv, randomBytes } from 'node:crypto';
import type { CryptoOffload } from '../../crypto-offload.ts';
import { encodeBase64Lines } from '../../encoding/base64.ts';
import { commentBytes } from '../../encoding/comment-text.ts';
import { SecretBytes } from '../../encoding/secret-bytes.ts';
import { WireWriter } from '../../encoding/wire.ts';
import type { KeyFileContents } from '../shared/key-file.ts';

const text = new TextEncoder();
const magic = text.encode('openssh-key-v1\0');
/** ssh-keygen wraps at 70; a multiple of 4 that is close to it reads the same. */
const columns = 68;
/** ssh-keygen's default since OpenSSH 9.4. */
const bcryptRounds = 24;
const saltBytes = 16;
const keyBytes = 32;
const ivBytes = 16;
const clearBlockBytes = 8;
const cipherBlockBytes = 16;

/** Check number twice, the key as in message 17, comment, and padding 1, 2, 3, … */
function privateSection({ fields, comment }: KeyFileContents, blockBytes: number): SecretBytes {
  using key = fields.encodeForAgent();
  const check = randomBytes(4);
  const writer = new WireWriter().bytes(check).bytes(check).bytes(key.bytes).string(commentBytes(comment));
  for (let next = 1; writer.length % blockBytes !== 0; next++) writer.byte(next);
  return new SecretBytes(writer.finish());
}

async function encrypted(contents: KeyFileContents, offload: CryptoOffload): Promise<SecretBytes> {
  const salt = randomBytes(saltBytes);
  using keyAndIv = new SecretBytes(
    await offload.bcryptPbkdf(contents.passphrase, salt, bcryptRounds, keyBytes + ivBytes),
  );
  using plain = privateSection(contents, cipherBlockBytes);
  const { bytes } = keyAndIv;
  const cipher = createCipheriv('aes-256-ctr', bytes.subarray(0, keyBytes), bytes.subarray(keyBytes));
  const section = Buffer.concat([cipher.update(plain.bytes), cipher.final()]);
  const options = new WireWriter().string(salt).uint32(bcryptRounds).finish();
  return envelope('aes256-ctr', 'bcrypt', options, contents, section);
}

function envelope(
  cipherName: string,
  kdfName: string,
  kdfOptions: Uint8Array,
  { fields }: KeyFileContents,
  section: Uint8Array,
): SecretBytes {
  const writer = new WireWriter().bytes(magic).text(cipherName).text(kdfName).string(kdfOptions);
  return new SecretBytes(writer.uint32(1).string(fields.publicKey.blob).string(section).finish());
}

function inClear(contents: KeyFileContents): SecretBytes {
  using section = privateSection(contents, clearBlockBytes);
  return envelope('none', 'none', new Uint8Array(0), contents, section.bytes);
}

/** The file's bytes; the caller wipes them where there is no passphrase. */
export async function writeOpensshKeyFile(
  contents: KeyFileContents,
  offload: CryptoOffload,
): Promise<SecretBytes> {
  using body = contents.passphrase.length > 0 ? await encrypted(contents, offload) : inClear(contents);
  using lines = new SecretBytes(encodeBase64Lines(body.bytes, columns));
  const file = new WireWriter()
    .bytes(text.encode('-----BEGIN OPENSSH PRIVATE KEY-----\n'))
    .bytes(lines.bytes)
    .bytes(text.encode('-----END OPENSSH PRIVATE KEY-----\n'));
  return new SecretBytes(file.finish());
}
