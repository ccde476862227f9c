// node:crypto as Electron has it: refuses what BoringSSL lacks, so that Linux fails where Electron would.
// What passes is what was measured against a BoringSSL build; everything else throws.
import type * as NodeCrypto from 'node:crypto';

const real = process.getBuiltinModule('node:crypto');

/** BoringSSL's own, and what Electron adds by patch. */
const cipherNames = new Set([
  ...['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'aes-128-ctr', 'aes-192-ctr', 'aes-256-ctr'],
  ...['aes-128-ecb', 'aes-192-ecb', 'aes-256-ecb', 'aes-128-gcm', 'aes-192-gcm', 'aes-256-gcm'],
  ...['aes-128-cfb', 'aes-256-cfb', 'des-ede3', 'des-ede3-cbc'],
]);
const digestNames = new Set(['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha512-256']);
const curveNames = new Set(['secp224r1', 'prime256v1', 'secp384r1', 'secp521r1']);
const keyTypes = new Set(['rsa', 'ec', 'dsa', 'ed25519', 'x25519']);
const maxExponentBits = 33;

/** PKCS #8 encryption that BoringSSL can't undo, by the DER of its object identifier. */
const unsupportedSchemes = [
  '2b06010401da47040b', // scrypt
  '2a864886f70d020a', // HMAC-SHA-384
  '2a864886f70d020b', // HMAC-SHA-512
  '2a864886f70d010503', // PBES1 with MD5 and DES
];

class UnsupportedByBoringSsl extends Error {
  override readonly name = 'UnsupportedByBoringSsl';
  readonly code = 'ERR_OSSL_EVP_UNSUPPORTED_ALGORITHM';

  constructor(what: string) {
    super(`BoringSSL has no ${what}`);
  }
}

function assertKnown(names: ReadonlySet<string>, name: string | null | undefined): void {
  if (typeof name === 'string' && !names.has(name.toLowerCase())) throw new UnsupportedByBoringSsl(name);
}

function assertSupportedKey(key: NodeCrypto.KeyObject): NodeCrypto.KeyObject {
  if (key.type === 'secret') return key;
  const type = key.asymmetricKeyType as string;
  if (!keyTypes.has(type)) throw new UnsupportedByBoringSsl(`${type} keys`);
  const { namedCurve, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (type === 'ec') assertKnown(curveNames, namedCurve ?? 'unnamed curves');
  if (publicExponent !== undefined && publicExponent.toString(2).length > maxExponentBits) {
    throw new UnsupportedByBoringSsl('long RSA exponents');
  }
  return key;
}

/** The DER in a key argument, where it has any. */
function derOf(input: unknown): Buffer | undefined {
  const key = typeof input === 'object' && input !== null && 'key' in input ? input.key : input;
  if (key instanceof Uint8Array && key[0] === 0x30) return Buffer.from(key);
  const text = key instanceof Uint8Array ? Buffer.from(key).toString('latin1') : key;
  const match = typeof text === 'string' && /-----BEGIN [A-Z ]+-----([^-]+)-----END/.exec(text);
  return match ? Buffer.from(match[1] as string, 'base64') : undefined;
}

function assertSupportedEncoding(input: unknown): void {
  const encoded = derOf(input);
  if (!encoded) return;
  const hex = encoded.subarray(0, 200).toString('hex');
  if (unsupportedSchemes.some((scheme) => hex.includes(scheme))) {
    throw new UnsupportedByBoringSsl('such PKCS #8 encryption');
  }
  // A PrivateKeyInfo of version 1 (RFC 5958): SEQUENCE, INTEGER 1, then a SEQUENCE.
  if (/^30(8[123](..){1,3}?|[0-7].)02010130/.test(hex)) throw new UnsupportedByBoringSsl('PKCS #8 version 1');
}

function assertCanSign(input: unknown): void {
  const key = typeof input === 'object' && input !== null && 'key' in input ? input.key : input;
  const object =
    key instanceof real.KeyObject ? key : createPrivateKeyOrPublic(input as NodeCrypto.PublicKeyInput);
  assertSupportedKey(object);
  if (object.asymmetricKeyType === 'dsa') throw new UnsupportedByBoringSsl('DSA signatures');
}

function createPrivateKeyOrPublic(input: NodeCrypto.PublicKeyInput): NodeCrypto.KeyObject {
  assertSupportedEncoding(input);
  return real.createPublicKey(input);
}

/** A function that looks at its arguments first. */
function guarded<F extends (...args: never[]) => unknown>(
  original: F,
  guard: (...args: Parameters<F>) => void,
): F {
  return ((...args: Parameters<F>) => {
    guard(...args);
    return original(...args);
  }) as F;
}

const byCipher = (name: string): void => assertKnown(cipherNames, name);
const byDigest = (name: string): void => assertKnown(digestNames, name);
const absent = (name: string) => (): never => {
  throw new UnsupportedByBoringSsl(name);
};

export const createCipheriv = guarded(
  real.createCipheriv as (...args: never[]) => unknown,
  byCipher as never,
) as typeof real.createCipheriv;
export const createDecipheriv = guarded(
  real.createDecipheriv as (...args: never[]) => unknown,
  byCipher as never,
) as typeof real.createDecipheriv;
export const createHash = guarded(real.createHash, byDigest);
export const createHmac = guarded(real.createHmac, byDigest);
export const hkdf = guarded(real.hkdf, byDigest);
export const hkdfSync = guarded(real.hkdfSync, byDigest);
export const pbkdf2 = guarded(
  real.pbkdf2 as (...args: never[]) => unknown,
  ((...args: unknown[]) => byDigest(args[4] as string)) as never,
) as typeof real.pbkdf2;
export const pbkdf2Sync = guarded(real.pbkdf2Sync, (_password, _salt, _iterations, _length, digest) =>
  byDigest(digest),
);
export const createSign = guarded(real.createSign, (name) => byDigest(name.replace(/^rsa-/i, '')));
export const createVerify = guarded(real.createVerify, (name) => byDigest(name.replace(/^rsa-/i, '')));
export const sign = guarded(
  real.sign as (...args: never[]) => unknown,
  ((...args: unknown[]) => {
    assertKnown(digestNames, args[0] as string | null);
    assertCanSign(args[2]);
  }) as never,
) as typeof real.sign;
export const verify = guarded(
  real.verify as (...args: never[]) => unknown,
  ((...args: unknown[]) => {
    assertKnown(digestNames, args[0] as string | null);
    assertCanSign(args[2]);
  }) as never,
) as typeof real.verify;
export const generateKeyPair = guarded(
  real.generateKeyPair as (...args: never[]) => unknown,
  ((type: string) => assertKnown(keyTypes, type)) as never,
) as typeof real.generateKeyPair;
export const generateKeyPairSync = guarded(
  real.generateKeyPairSync as (...args: never[]) => unknown,
  ((type: string) => assertKnown(keyTypes, type)) as never,
) as typeof real.generateKeyPairSync;
export const createECDH = guarded(real.createECDH, (curve) => assertKnown(curveNames, curve));

export function createPrivateKey(input: Parameters<typeof real.createPrivateKey>[0]): NodeCrypto.KeyObject {
  assertSupportedEncoding(input);
  return assertSupportedKey(real.createPrivateKey(input));
}

export function createPublicKey(input: Parameters<typeof real.createPublicKey>[0]): NodeCrypto.KeyObject {
  assertSupportedEncoding(input);
  return assertSupportedKey(real.createPublicKey(input));
}

export const ECDH = {
  convertKey: guarded(real.ECDH.convertKey, (_key, curve) => assertKnown(curveNames, curve)),
};
export const argon2 = absent('argon2');
export const argon2Sync = absent('argon2');
export const getCiphers = (): string[] => real.getCiphers().filter((name) => cipherNames.has(name));
export const getHashes = (): string[] =>
  real.getHashes().filter((name) => digestNames.has(name.toLowerCase()));
export const getCurves = (): string[] => real.getCurves().filter((name) => curveNames.has(name));

export const {
  constants,
  createSecretKey,
  generateKeySync,
  // Not in BoringSSL's Node; tests make numbers with it.
  generatePrimeSync,
  KeyObject,
  randomBytes,
  randomFill,
  randomFillSync,
  randomInt,
  randomUUID,
  scrypt,
  scryptSync,
  subtle,
  timingSafeEqual,
  webcrypto,
} = real;
