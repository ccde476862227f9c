// One sealed passphrase as a file, beside the key file that it opens: `<SHA-256 of that file>.hello`, JSON.
import * as v from 'valibot';
import { JsonFileError, parseJsonFile } from '../stored/parse-json-file.ts';
import { isFitPublicKey, maxPassphraseBytes, type Sealed, type SealingTerms } from './seal-passphrase.ts';

/** A passphrase as it is stored. */
export interface StoredSeal extends SealingTerms, Sealed {
  /** ISO 8601. */
  readonly madeAt: string;
}

export const sealFilePattern = /^[0-9a-f]{64}\.hello$/;
export const sealFileName = (file: string) => `${file}.hello`;
/** What we write is shorter by far. */
export const maxSealFileBytes = 32 * 1024;

const hex = (pattern: RegExp) => v.pipe(v.string(), v.regex(pattern));
const base64 = (minBytes: number, maxBytes: number) =>
  v.pipe(
    v.string(),
    v.maxLength(Math.ceil(maxBytes / 3) * 4),
    v.regex(/^[A-Za-z0-9+/]+={0,2}$/),
    v.transform((text) => Uint8Array.from(Buffer.from(text, 'base64'))),
    v.check((bytes) => bytes.length >= minBytes && bytes.length <= maxBytes),
  );
const schema = v.strictObject({
  version: v.literal(1),
  fingerprint: v.pipe(v.string(), v.regex(/^SHA256:[A-Za-z0-9+/]{43}$/)),
  file: hex(/^[0-9a-f]{64}$/),
  chipKey: hex(/^[0-9a-f]{16}$/),
  modulus: base64(256, 512),
  exponent: base64(1, 8),
  challenge: base64(32, 32),
  nonce: base64(12, 12),
  ciphertext: base64(16, maxPassphraseBytes + 256),
  madeAt: v.pipe(v.string(), v.isoTimestamp()),
});

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

export function writeSeal(seal: StoredSeal): string {
  const { fingerprint, file, chipKey, publicKey, challenge, nonce, ciphertext, madeAt } = seal;
  const stored: v.InferInput<typeof schema> = {
    version: 1,
    fingerprint,
    file,
    chipKey,
    modulus: text(publicKey.modulus),
    exponent: text(publicKey.exponent),
    challenge: text(challenge),
    nonce: text(nonce),
    ciphertext: text(ciphertext),
    madeAt,
  };
  return `${JSON.stringify(stored, null, 2)}\n`;
}

/** Undefined for what is no such file. */
export function readSeal(contents: string): StoredSeal | undefined {
  try {
    const read = v.safeParse(schema, parseJsonFile(contents));
    if (!read.success) return undefined;
    const { version: _, modulus, exponent, ...rest } = read.output;
    const publicKey = { modulus, exponent };
    return isFitPublicKey(publicKey) ? { ...rest, publicKey } : undefined;
  } catch (error: unknown) {
    if (error instanceof JsonFileError) return undefined;
    throw error;
  }
}
