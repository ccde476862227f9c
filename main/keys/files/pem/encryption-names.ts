// What key files may be encrypted with and we do not decrypt, by name, so that the person is told what it is.
import { UnsupportedKeyError } from '../../key-errors.ts';

/** Object identifiers of ciphers, key derivations and whole schemes (RFC 7292, RFC 8018, and their makers'). */
const names = new Map([
  ['1.2.392.200011.61.1.1.1.2', 'Camellia-128'],
  ['1.2.392.200011.61.1.1.1.3', 'Camellia-192'],
  ['1.2.392.200011.61.1.1.1.4', 'Camellia-256'],
  ['1.2.410.200046.1.1.2', 'ARIA-128'],
  ['1.2.410.200046.1.1.7', 'ARIA-192'],
  ['1.2.410.200046.1.1.12', 'ARIA-256'],
  ['1.2.410.200004.1.4', 'SEED'],
  ['1.2.840.113549.3.2', 'RC2'],
  ['1.2.156.10197.1.104.2', 'SM4'],
  ['1.3.6.1.4.1.3029.1.2', 'Blowfish'],
  ['1.2.840.113533.7.66.10', 'CAST5'],
  ['1.3.6.1.4.1.188.7.1.1.2', 'IDEA'],
  ['2.16.840.1.101.3.4.1.3', 'AES-128 in OFB mode'],
  ['2.16.840.1.101.3.4.1.4', 'AES-128 in CFB mode'],
  ['2.16.840.1.101.3.4.1.6', 'AES-128 in GCM mode'],
  ['2.16.840.1.101.3.4.1.23', 'AES-192 in OFB mode'],
  ['2.16.840.1.101.3.4.1.24', 'AES-192 in CFB mode'],
  ['2.16.840.1.101.3.4.1.26', 'AES-192 in GCM mode'],
  ['2.16.840.1.101.3.4.1.43', 'AES-256 in OFB mode'],
  ['2.16.840.1.101.3.4.1.44', 'AES-256 in CFB mode'],
  ['2.16.840.1.101.3.4.1.46', 'AES-256 in GCM mode'],
  ['1.2.840.113549.1.5.1', 'DES by PKCS #5 with MD2'],
  ['1.2.840.113549.1.5.4', 'RC2 by PKCS #5 with MD2'],
  ['1.2.840.113549.1.5.6', 'RC2 by PKCS #5 with MD5'],
  ['1.2.840.113549.1.5.11', 'RC2 by PKCS #5 with SHA-1'],
  ['1.2.840.113549.1.12.1.1', 'RC4 of 128 bits by PKCS #12'],
  ['1.2.840.113549.1.12.1.2', 'RC4 of 40 bits by PKCS #12'],
  ['1.2.840.113549.1.12.1.5', 'RC2 of 128 bits by PKCS #12'],
  ['1.2.840.113549.1.12.1.6', 'RC2 of 40 bits by PKCS #12'],
  ['1.2.840.113549.2.12', 'HMAC-SHA-512/224'],
  ['2.16.840.1.101.3.4.2.13', 'HMAC-SHA3-224'],
  ['2.16.840.1.101.3.4.2.14', 'HMAC-SHA3-256'],
  ['2.16.840.1.101.3.4.2.15', 'HMAC-SHA3-384'],
  ['2.16.840.1.101.3.4.2.16', 'HMAC-SHA3-512'],
]);

/** OpenSSL 3 has these apart from the others. */
const needsLegacyProvider = /^(SEED|RC2|RC4|Blowfish|BF|CAST5?|IDEA|DES by)/;

/** A scheme that is named by its object identifier. */
export function unsupportedScheme(oid: string): UnsupportedKeyError {
  return unsupportedEncryption(names.get(oid) ?? `a method that is not known here (${oid})`);
}

/** What the person is told who has a file that is encrypted with this. */
export function unsupportedEncryption(name: string): UnsupportedKeyError {
  const legacy = needsLegacyProvider.test(name) ? ' -provider default -provider legacy' : '';
  return new UnsupportedKeyError(
    `it is encrypted with ${name}, which is not supported; encrypt it anew with “openssl pkey -aes256${legacy} -in FILE -out NEWFILE”`,
  );
}
