// A key derivation that nobody waits for any more must not hold up the next prompt.
import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload } from '../../../../main/crypto-worker/inline-crypto-offload.ts';
import { type DerValue, der, encodeDer } from '../../../../main/keys/encoding/der.ts';
import { parseKeyFile } from '../../../../main/keys/files/parse-key-file.ts';
import type { EncryptedKeyFile } from '../../../../main/keys/files/shared/key-file.ts';
import { passphrase } from '../fixtures.ts';

const number = (value: number) => der.integer(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));

/** An encrypted PKCS #8 file whose contents are garbage. */
function pkcs8With(scheme: DerValue): EncryptedKeyFile {
  const encoded = encodeDer(der.sequence(scheme, der.octetString(new Uint8Array(64))));
  const base64 = Buffer.from(encoded).toString('base64');
  const pem = `-----BEGIN ENCRYPTED PRIVATE KEY-----\n${base64}\n-----END ENCRYPTED PRIVATE KEY-----\n`;
  return parseKeyFile(Buffer.from(pem)) as EncryptedKeyFile;
}

function pbes2(derivation: DerValue): DerValue {
  const aes = der.sequence(der.oid('2.16.840.1.101.3.4.1.42'), der.octetString(new Uint8Array(16)));
  return der.sequence(der.oid('1.2.840.113549.1.5.13'), der.sequence(derivation, aes));
}

const salt = der.octetString(new Uint8Array(16));
const sha512 = der.sequence(der.oid('1.2.840.113549.2.11'), der.null());

describe('an encrypted PKCS #8 key file', () => {
  it.each([
    [
      'PBKDF2',
      pbes2(der.sequence(der.oid('1.2.840.113549.1.5.12'), der.sequence(salt, number(1_000_000), sha512))),
    ],
    [
      'scrypt',
      pbes2(
        der.sequence(
          der.oid('1.3.6.1.4.1.11591.4.11'),
          der.sequence(salt, number(2 ** 17), number(8), number(1)),
        ),
      ),
    ],
    [
      'PBKDF1 with MD5 and DES',
      der.sequence(
        der.oid('1.2.840.113549.1.5.3'),
        der.sequence(der.octetString(new Uint8Array(8)), number(1_000_000)),
      ),
    ],
    [
      'PKCS #12 with SHA-1 and triple DES',
      der.sequence(der.oid('1.2.840.113549.1.12.1.3'), der.sequence(salt, number(1_000_000))),
    ],
  ])('gives up at once, and lets others work, when its derivation is aborted: %s', async (_name, scheme) => {
    const abort = new AbortController();
    const reason = new Error('nobody waits');
    const opened = pkcs8With(scheme)
      .decrypt(passphrase, inlineCryptoOffload, abort.signal)
      .catch((error: unknown) => error);
    await new Promise(setImmediate);
    abort.abort(reason);
    const stillWorking = new Promise((resolve) => setImmediate(() => setImmediate(resolve, 'still working')));
    expect(await Promise.race([opened, stillWorking])).toBe(reason);
  });
});
