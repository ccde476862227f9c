// PEM private keys other than OpenSSH's own: PKCS #8, and OpenSSL's traditional layouts with DEK-Info encryption.
import { createHash } from 'node:crypto';
import { type BlockCipher, blockCiphers, decryptCbc, withoutPkcs7Padding } from './block-cipher.ts';
import { ClearKey, checkedKey } from './clear-key.ts';
import { type DecryptionCost, negligibleCost } from './derivation-limits.ts';
import { UnsupportedKeyError } from './key-errors.ts';
import type { DecryptedKey, EncryptedKeyFile, KeyFile, KeyFileFormat } from './key-file.ts';
import { asKeyFileError, wrongPassphrase } from './key-file-error.ts';
import { decodePemBody, type PemBlock, splitPemHeaders } from './pem.ts';
import { readPkcs1, readPkcs8, readSec1, readTraditionalDsa } from './pkcs8.ts';
import { type KeyAndIv, readPkcs8Encryption } from './pkcs8-encryption.ts';
import type { PrivateKeyFields } from './private-key-fields.ts';
import { secretArray } from './secret-array.ts';
import { MalformedMessageError } from './wire.ts';

interface Layout {
  readonly format: KeyFileFormat;
  readonly read: (encoded: Uint8Array) => PrivateKeyFields;
}

const layouts = new Map<string, Layout>([
  ['PRIVATE KEY', { format: 'pkcs8', read: readPkcs8 }],
  ['RSA PRIVATE KEY', { format: 'pkcs1', read: readPkcs1 }],
  ['EC PRIVATE KEY', { format: 'sec1', read: readSec1 }],
  ['DSA PRIVATE KEY', { format: 'dsa', read: readTraditionalDsa }],
]);

interface Encryption {
  readonly cipher: BlockCipher;
  readonly cost: DecryptionCost;
  readonly derive: (passphrase: Uint8Array, signal?: AbortSignal) => Promise<KeyAndIv>;
  readonly encrypted: Uint8Array;
}

/** Undefined when the block's label is none of these. Throws KeyFileError, or what the core's parsers throw. */
export function parsePemKeyFile(file: Uint8Array, block: PemBlock): KeyFile | undefined {
  if (block.label === 'ENCRYPTED PRIVATE KEY') {
    const encryption = readPkcs8Encryption(decodePemBody(block.body).bytes);
    return encryptedKeyFile(file, { format: 'pkcs8', read: readPkcs8 }, encryption);
  }
  const layout = layouts.get(block.label);
  if (!layout) return undefined;
  const { headers, rest } = splitPemHeaders(block.body);
  const dekInfo = headers.get('DEK-Info');
  if (headers.get('Proc-Type')?.endsWith('ENCRYPTED') || dekInfo !== undefined) {
    return encryptedKeyFile(file, layout, readDekInfo(dekInfo ?? '', decodePemBody(rest).bytes));
  }
  using encoded = decodePemBody(rest);
  return new ClearKey(layout.format, decryptedKey(layout, encoded.bytes));
}

/** RFC 1421 §4.6.1.3 as OpenSSL has it: cipher name and IV; the IV's start is the salt. */
function readDekInfo(dekInfo: string, encrypted: Uint8Array): Encryption {
  const [name = '', ivHex = ''] = dekInfo.split(',').map((part) => part.trim());
  const cipher = (blockCiphers as Record<string, BlockCipher>)[name.toLowerCase()];
  if (!cipher) {
    throw new UnsupportedKeyError(
      'it is encrypted with a cipher this program does not know; encrypt it anew with “ssh-keygen -p”',
    );
  }
  const iv = Uint8Array.from(Buffer.from(ivHex, 'hex'));
  if (iv.length !== cipher.blockBytes || ivHex.length !== 2 * iv.length) {
    throw new MalformedMessageError('damaged DEK-Info');
  }
  const derive = async (passphrase: Uint8Array): Promise<KeyAndIv> => ({
    key: md5Key(passphrase, iv.subarray(0, 8), cipher.keyBytes),
    iv: Uint8Array.from(iv),
  });
  return { cipher, cost: negligibleCost, derive, encrypted };
}

/** OpenSSL's EVP_BytesToKey with MD5 and one iteration. */
function md5Key(passphrase: Uint8Array, salt: Uint8Array, length: number): Uint8Array {
  const key = secretArray(length);
  let previous: Uint8Array = new Uint8Array(0);
  for (let offset = 0; offset < length; offset += previous.length) {
    previous = createHash('md5').update(previous).update(passphrase).update(salt).digest();
    key.set(previous.subarray(0, length - offset), offset);
  }
  previous.fill(0);
  return key;
}

function encryptedKeyFile(file: Uint8Array, layout: Layout, encryption: Encryption): EncryptedKeyFile {
  const { cipher, encrypted, cost } = encryption;
  if (encrypted.length === 0 || encrypted.length % cipher.blockBytes !== 0) {
    throw new MalformedMessageError('encrypted data is not of whole blocks');
  }
  const decrypt: EncryptedKeyFile['decrypt'] = async (passphrase, offload, signal) => {
    signal?.throwIfAborted();
    const { key, iv } = await encryption.derive(passphrase, signal);
    using padded = decryptCbc(cipher, key, iv, encrypted);
    key.fill(0);
    iv.fill(0);
    signal?.throwIfAborted();
    const plain = withoutPkcs7Padding(padded.bytes, cipher.blockBytes);
    const decrypted = plain && readOrUndefined(layout, plain);
    // Neither scheme has a checksum: whatever is no key was decrypted with a wrong passphrase.
    if (!decrypted) throw wrongPassphrase();
    return await checkedKey(decrypted, offload);
  };
  const bytes = Uint8Array.from(file);
  return { kind: 'encrypted', format: layout.format, comment: '', bytes, cost, decrypt };
}

function readOrUndefined(layout: Layout, encoded: Uint8Array): DecryptedKey | undefined {
  try {
    return decryptedKey(layout, encoded);
  } catch (error) {
    if (error instanceof MalformedMessageError) return undefined;
    throw asKeyFileError(error);
  }
}

function decryptedKey(layout: Layout, encoded: Uint8Array): DecryptedKey {
  const fields = layout.read(encoded);
  return { comment: '', publicKey: fields.publicKey, fields };
}
