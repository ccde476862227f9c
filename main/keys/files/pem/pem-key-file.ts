// PEM private keys other than OpenSSH's own: PKCS #8, and OpenSSL's traditional layouts with DEK-Info encryption.
import { createHash } from 'node:crypto';
import {
  type BlockCipher,
  blockCiphers,
  decryptCbc,
  withoutPkcs7Padding,
} from '../../encoding/block-cipher.ts';
import { decodePemBody, type PemBlock, splitPemHeaders } from '../../encoding/pem.ts';
import { secretArray } from '../../encoding/secret-array.ts';
import { MalformedMessageError } from '../../encoding/wire.ts';
import { UnsupportedKeyError } from '../../key-errors.ts';
import type { PrivateKeyFields } from '../../kinds/shared/private-key-fields.ts';
import { ClearKey, checkedKey } from '../shared/clear-key.ts';
import { type DecryptionCost, negligibleCost } from '../shared/derivation-limits.ts';
import type { DecryptedKey, EncryptedKeyFile, KeyFile } from '../shared/key-file.ts';
import { asKeyFileError, wrongPassphrase } from '../shared/key-file-error.ts';
import type { KeyFileFormat } from '../shared/key-file-format.ts';
import { unsupportedEncryption } from './encryption-names.ts';
import { readPrivateKey } from './pkcs8.ts';
import { isEncryptedPkcs8, type KeyAndIv, readPkcs8Encryption } from './pkcs8-encryption.ts';

/** The layout that a label stands for. Files of other programs have another one under it, so it is only a guess. */
const labels = new Map<string, KeyFileFormat>([
  ['PRIVATE KEY', 'pkcs8'],
  ['ENCRYPTED PRIVATE KEY', 'pkcs8'],
  ['RSA PRIVATE KEY', 'pkcs1'],
  ['EC PRIVATE KEY', 'sec1'],
  ['DSA PRIVATE KEY', 'dsa'],
]);

interface Encryption {
  readonly cipher: BlockCipher;
  readonly cost: DecryptionCost;
  readonly derive: (passphrase: Uint8Array, signal?: AbortSignal) => Promise<KeyAndIv>;
  readonly encrypted: Uint8Array;
}

/** Throws KeyFileError, or what the core's parsers throw. */
export function parsePemKeyFile(file: Uint8Array, { label, body }: PemBlock): KeyFile {
  const format = labels.get(label);
  if (!format) throw unknownLabel(label);
  const { headers, rest } = splitPemHeaders(body);
  const dekInfo = headers.get('DEK-Info');
  if (headers.get('Proc-Type')?.endsWith('ENCRYPTED') || dekInfo !== undefined) {
    return encryptedKeyFile(file, format, readDekInfo(dekInfo ?? '', decodePemBody(rest).bytes));
  }
  using encoded = decodePemBody(rest);
  if (isEncryptedPkcs8(encoded.bytes))
    return encryptedKeyFile(file, 'pkcs8', readPkcs8Encryption(Uint8Array.from(encoded.bytes)));
  const { layout, fields } = readPrivateKey(encoded.bytes);
  return new ClearKey(layout, keyOf(fields));
}

/** SECURITY: only what looks like a label is shown. */
function unknownLabel(label: string): Error {
  return /^[A-Z0-9 -]+$/.test(label)
    ? new UnsupportedKeyError(`private keys marked “${label}” are not supported`)
    : new MalformedMessageError('damaged PEM label');
}

/** RFC 1421 §4.6.1.3 as OpenSSL has it: cipher name and IV; the IV's start is the salt. */
function readDekInfo(dekInfo: string, encrypted: Uint8Array): Encryption {
  const [name = '', ivHex = ''] = dekInfo.split(',').map((part) => part.trim());
  const cipher = (blockCiphers as Record<string, BlockCipher>)[name.toLowerCase()];
  if (!cipher) {
    if (!/^[A-Za-z0-9-]{1,40}$/.test(name)) throw new MalformedMessageError('damaged DEK-Info');
    throw unsupportedEncryption(name);
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

function encryptedKeyFile(file: Uint8Array, format: KeyFileFormat, encryption: Encryption): EncryptedKeyFile {
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
    const decrypted = plain && readOrUndefined(plain);
    // Neither scheme has a checksum: whatever is no key was decrypted with a wrong passphrase.
    if (!decrypted) throw wrongPassphrase();
    return await checkedKey(decrypted, offload);
  };
  const bytes = Uint8Array.from(file);
  return { kind: 'encrypted', format, comment: '', rawComment: new Uint8Array(0), bytes, cost, decrypt };
}

function readOrUndefined(encoded: Uint8Array): DecryptedKey | undefined {
  try {
    return keyOf(readPrivateKey(encoded).fields);
  } catch (error) {
    if (error instanceof MalformedMessageError) return undefined;
    throw asKeyFileError(error);
  }
}

function keyOf(fields: PrivateKeyFields): DecryptedKey {
  return { comment: '', rawComment: new Uint8Array(0), publicKey: fields.publicKey, fields };
}
