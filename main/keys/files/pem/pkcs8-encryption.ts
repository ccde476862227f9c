// EncryptedPrivateKeyInfo: which scheme protects a PKCS #8 key, and the key and IV it derives (RFC 8018, RFC 7914).
import { pbkdf2, scrypt } from 'node:crypto';
import { unlessAborted } from '../../../basics/waiting.ts';
import { type BlockCipher, blockCiphers } from '../../encoding/block-cipher.ts';
import { type DerReader, derTag } from '../../encoding/der.ts';
import { MalformedMessageError } from '../../encoding/wire.ts';
import { type DecryptionCost, pbes1Cost, pbkdf2Cost, scryptCost } from '../shared/derivation-limits.ts';
import { unsupportedScheme } from './encryption-names.ts';
import { pbkdf1, pkcs12Derive } from './pbes1.ts';
import { onlySequence } from './pkcs8.ts';

export interface KeyAndIv {
  readonly key: Uint8Array;
  readonly iv: Uint8Array;
}

type Derive = (passphrase: Uint8Array, signal?: AbortSignal) => Promise<KeyAndIv>;

export interface Pkcs8Encryption {
  readonly cipher: BlockCipher;
  readonly cost: DecryptionCost;
  /** The caller wipes the result. */
  readonly derive: Derive;
  /** A view. */
  readonly encrypted: Uint8Array;
}

const hmacSha1 = '1.2.840.113549.2.7';

const prfs = new Map([
  ['1.2.840.113549.2.6', 'md5'],
  [hmacSha1, 'sha1'],
  ['1.2.840.113549.2.8', 'sha224'],
  ['1.2.840.113549.2.9', 'sha256'],
  ['1.2.840.113549.2.10', 'sha384'],
  ['1.2.840.113549.2.11', 'sha512'],
  ['1.2.840.113549.2.13', 'sha512-256'],
]);

const encryptionSchemes = new Map<string, BlockCipher>([
  ['2.16.840.1.101.3.4.1.2', blockCiphers['aes-128-cbc']],
  ['2.16.840.1.101.3.4.1.22', blockCiphers['aes-192-cbc']],
  ['2.16.840.1.101.3.4.1.42', blockCiphers['aes-256-cbc']],
  ['1.2.840.113549.3.7', blockCiphers['des-ede3-cbc']],
  ['1.3.14.3.2.7', blockCiphers['des-cbc']],
]);

const oid = {
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  scrypt: '1.3.6.1.4.1.11591.4.11',
  pbeMd5Des: '1.2.840.113549.1.5.3',
  pbeSha1Des: '1.2.840.113549.1.5.10',
  pbeSha1TripleDes: '1.2.840.113549.1.12.1.3',
  pbeSha1DoubleDes: '1.2.840.113549.1.12.1.4',
};

/** Whether it starts as an EncryptedPrivateKeyInfo does; private keys in clear start with a version. */
export function isEncryptedPkcs8(encoded: Uint8Array): boolean {
  return onlySequence(encoded).peekTag() === derTag.sequence;
}

/** Throws as the core's parsers do, and KeyFileError for hostile parameters. Keeps views into `encoded`. */
export function readPkcs8Encryption(encoded: Uint8Array): Pkcs8Encryption {
  const info = onlySequence(encoded);
  const algorithm = info.readSequence();
  const encrypted = info.read(derTag.octetString);
  info.assertEnd();
  const scheme = algorithm.readOid();
  const parameters = algorithm.readSequence();
  return { ...(scheme === oid.pbes2 ? readPbes2(parameters) : readPbes1(scheme, parameters)), encrypted };
}

function readPbes2(parameters: DerReader): Omit<Pkcs8Encryption, 'encrypted'> {
  const derivation = parameters.readSequence();
  const encryption = parameters.readSequence();
  const scheme = encryption.readOid();
  const cipher = encryptionSchemes.get(scheme);
  if (!cipher) throw unsupportedScheme(scheme);
  const iv = encryption.read(derTag.octetString);
  if (iv.length !== cipher.blockBytes) throw new MalformedMessageError('IV has the wrong length');
  const name = derivation.readOid();
  const details = derivation.readSequence();
  if (name === oid.pbkdf2) return { cipher, ...readPbkdf2(details, cipher.keyBytes, iv) };
  if (name === oid.scrypt) return { cipher, ...readScrypt(details, cipher.keyBytes, iv) };
  throw unsupportedScheme(name);
}

function readPbkdf2(
  details: DerReader,
  keyBytes: number,
  iv: Uint8Array,
): { cost: DecryptionCost; derive: Derive } {
  const salt = details.read(derTag.octetString);
  const iterations = details.readSmallInteger();
  assertKeyLength(details, keyBytes);
  // RFC 8018 §A.2: HMAC-SHA-1 when nothing is said.
  const prf = details.atEnd ? hmacSha1 : details.readSequence().readOid();
  const digest = prfs.get(prf);
  if (!digest) throw unsupportedScheme(prf);
  return {
    cost: pbkdf2Cost(iterations),
    derive: async (passphrase, signal) => ({
      iv: Uint8Array.from(iv),
      key: await onThreadPool(signal, (done) => pbkdf2(passphrase, salt, iterations, keyBytes, digest, done)),
    }),
  };
}

function readScrypt(
  details: DerReader,
  keyBytes: number,
  iv: Uint8Array,
): { cost: DecryptionCost; derive: Derive } {
  const salt = details.read(derTag.octetString);
  const [N, r, p] = [details.readSmallInteger(), details.readSmallInteger(), details.readSmallInteger()];
  assertKeyLength(details, keyBytes);
  const cost = scryptCost(N, r, p);
  // What OpenSSL counts, and a little more; the real bound is in scryptCost.
  const maxmem = 128 * r * (N + p + 2) + 65_536;
  return {
    cost,
    derive: async (passphrase, signal) => ({
      iv: Uint8Array.from(iv),
      key: await onThreadPool(signal, (done) =>
        scrypt(passphrase, salt, keyBytes, { N, r, p, maxmem }, done),
      ),
    }),
  };
}

/**
 * Rejects with the signal's reason when aborted. node:crypto can't stop what it has begun; the key that comes of it
 * then is wiped.
 */
function onThreadPool(
  signal: AbortSignal | undefined,
  derive: (done: (error: Error | null, key: Uint8Array) => void) => void,
): Promise<Uint8Array> {
  return unlessAborted(signal, (resolve, reject) => {
    derive((error, key) => {
      if (error) reject(error);
      else if (signal?.aborted) key.fill(0);
      else resolve(key);
    });
  });
}

function readPbes1(scheme: string, parameters: DerReader): Omit<Pkcs8Encryption, 'encrypted'> {
  const salt = parameters.read(derTag.octetString);
  const iterations = parameters.readSmallInteger();
  const cost = pbes1Cost(iterations);
  const pbes1 = (hash: 'md5' | 'sha1') => ({
    cipher: blockCiphers['des-cbc'],
    cost,
    derive: (passphrase: Uint8Array, signal?: AbortSignal) =>
      pbkdf1(hash, passphrase, salt, iterations, signal),
  });
  const pkcs12 = (cipher: BlockCipher) => ({
    cipher,
    cost,
    derive: (passphrase: Uint8Array, signal?: AbortSignal) =>
      pkcs12Derive(passphrase, salt, iterations, cipher.keyBytes, signal),
  });
  switch (scheme) {
    case oid.pbeMd5Des:
      return pbes1('md5');
    case oid.pbeSha1Des:
      return pbes1('sha1');
    case oid.pbeSha1TripleDes:
      return pkcs12(blockCiphers['des-ede3-cbc']);
    case oid.pbeSha1DoubleDes:
      return pkcs12(blockCiphers['des-ede-cbc']);
    default:
      throw unsupportedScheme(scheme);
  }
}

/** The optional keyLength must be the cipher's. */
function assertKeyLength(details: DerReader, keyBytes: number): void {
  if (details.peekTag() === derTag.integer && details.readSmallInteger() !== keyBytes) {
    throw new MalformedMessageError("key length differs from the cipher's");
  }
}
