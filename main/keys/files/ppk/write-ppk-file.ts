// Writes PuTTY's private key files, version 3: Argon2id and AES-256-CBC, or in clear, with a MAC over everything.
import { createCipheriv, createHash, createHmac, randomBytes } from 'node:crypto';
import type { CryptoOffload } from '../../crypto-offload.ts';
import { encodeBase64Lines } from '../../encoding/base64.ts';
import { oneLineComment } from '../../encoding/comment-text.ts';
import { SecretBytes } from '../../encoding/secret-bytes.ts';
import { WireWriter } from '../../encoding/wire.ts';
import { keyTypes } from '../../kinds/shared/key-types.ts';
import type { PrivateKeyFields } from '../../kinds/shared/private-key-fields.ts';
import type { KeyFileContents } from '../shared/key-file.ts';
import { KeyFileError } from '../shared/key-file-error.ts';

const text = new TextEncoder();
const columns = 64;
const blockBytes = 16;
const bytesOf = { key: 32, iv: 16, macKey: 32 } as const;
/** PuTTYgen's memory and about its time: 100 ms there, some more here. */
const derivation = { variant: 'argon2id', memoryKiB: 8192, passes: 21, parallelism: 1 } as const;
const saltBytes = 16;

/** To whole cipher blocks, with the start of the blob's own SHA-1, as PuTTY pads. */
function padded(blob: Uint8Array): SecretBytes {
  const missing = (blockBytes - (blob.length % blockBytes)) % blockBytes;
  const hash = createHash('sha1').update(blob).digest();
  return new SecretBytes(new WireWriter().bytes(blob).bytes(hash.subarray(0, missing)).finish());
}

interface Protection {
  readonly encryption: 'none' | 'aes256-cbc';
  readonly derivationLines: string;
  /** The private half as it stands in the file. */
  readonly stored: SecretBytes;
  readonly mac: Buffer;
}

function macOf(
  { fields, comment }: KeyFileContents,
  encryption: Protection['encryption'],
  plain: Uint8Array,
  macKey: Uint8Array,
): Buffer {
  const writer = new WireWriter()
    .text(fields.publicKey.algorithm)
    .text(encryption)
    .string(oneLineComment(comment));
  using message = new SecretBytes(writer.string(fields.publicKey.blob).string(plain).finish());
  return createHmac('sha256', macKey).update(message.bytes).digest();
}

function privateHalf(fields: PrivateKeyFields): SecretBytes {
  if (fields.encodeForPpk) return fields.encodeForPpk();
  const { name } = keyTypes[fields.publicKey.type];
  throw new KeyFileError(
    'unsupported',
    `PuTTY key files (PPK) can't hold keys of the kind ${name}. Choose the OpenSSH format.`,
  );
}

function inClear(contents: KeyFileContents): Protection {
  const stored = privateHalf(contents.fields);
  const mac = macOf(contents, 'none', stored.bytes, new Uint8Array(0));
  return { encryption: 'none', derivationLines: '', stored, mac };
}

async function encrypted(contents: KeyFileContents, offload: CryptoOffload): Promise<Protection> {
  using blob = privateHalf(contents.fields);
  const salt = randomBytes(saltBytes);
  const length = bytesOf.key + bytesOf.iv + bytesOf.macKey;
  using derived = new SecretBytes(await offload.argon2(contents.passphrase, { ...derivation, salt, length }));
  using plain = padded(blob.bytes);
  const macStart = bytesOf.key + bytesOf.iv;
  const key = derived.bytes.subarray(0, bytesOf.key);
  const cipher = createCipheriv('aes-256-cbc', key, derived.bytes.subarray(bytesOf.key, macStart));
  cipher.setAutoPadding(false);
  const stored = new SecretBytes(Buffer.concat([cipher.update(plain.bytes), cipher.final()]));
  const derivationLines = [
    'Key-Derivation: Argon2id',
    `Argon2-Memory: ${derivation.memoryKiB}`,
    `Argon2-Passes: ${derivation.passes}`,
    `Argon2-Parallelism: ${derivation.parallelism}`,
    `Argon2-Salt: ${salt.toString('hex')}`,
    '',
  ].join('\n');
  const mac = macOf(contents, 'aes256-cbc', plain.bytes, derived.bytes.subarray(macStart));
  return { encryption: 'aes256-cbc', derivationLines, stored, mac };
}

const lineCount = (lines: Uint8Array) => lines.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);

/**
 * The file's bytes; the caller wipes them where there is no passphrase. The key is plain, not a certificate. Throws
 * KeyFileError for a kind that PuTTY does not have.
 */
export async function writePpkFile(contents: KeyFileContents, offload: CryptoOffload): Promise<SecretBytes> {
  const { publicKey } = contents.fields;
  const protection = contents.passphrase.length > 0 ? await encrypted(contents, offload) : inClear(contents);
  using stored = protection.stored;
  const publicLines = encodeBase64Lines(publicKey.blob, columns);
  using privateLines = new SecretBytes(encodeBase64Lines(stored.bytes, columns));
  const head = [
    `PuTTY-User-Key-File-3: ${publicKey.algorithm}`,
    `Encryption: ${protection.encryption}`,
    'Comment: ',
  ].join('\n');
  const file = new WireWriter()
    .bytes(text.encode(head))
    .bytes(oneLineComment(contents.comment))
    .bytes(text.encode(`\nPublic-Lines: ${lineCount(publicLines)}\n`))
    .bytes(publicLines)
    .bytes(text.encode(`${protection.derivationLines}Private-Lines: ${lineCount(privateLines.bytes)}\n`))
    .bytes(privateLines.bytes)
    .bytes(text.encode(`Private-MAC: ${protection.mac.toString('hex')}\n`));
  return new SecretBytes(file.finish());
}
