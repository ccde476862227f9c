// What a file is that is no private key we can read, so that the person knows what to pick instead.
import { KeyFileError } from './shared/key-file-error.ts';

interface Lookalike {
  readonly pattern: RegExp;
  readonly error: () => KeyFileError;
}

const publicKeyFile = (): KeyFileError =>
  new KeyFileError(
    'not-a-key-file',
    'This is a public key, the half that is given to servers. Choose the private key that belongs to it: usually the same name without “.pub”, or the .ppk file.',
  );

const x509Certificate = (): KeyFileError =>
  new KeyFileError(
    'not-a-key-file',
    'This is an X.509 certificate, not a private key. Choose the private key file that belongs to it.',
  );

const unsupported = (what: string, whatToDo: string) => () =>
  new KeyFileError('unsupported', `This is ${what}, which this program does not read. ${whatToDo}`);

const binaryKey = unsupported(
  'a private key in binary form (DER)',
  'Write it as text with “openssl pkey -inform DER -in FILE -out NEWFILE”, and choose that.',
);

/** Of the first bytes in hexadecimal, where ASN.1 has a tag (30: a SEQUENCE), a length and what is in it. */
const binaryLookalikes: readonly Lookalike[] = [
  {
    // `ssh-` or `ecdsa-` after its length
    pattern: /^000000..(7373682d|65636473612d)/,
    error: unsupported(
      'a Dropbear private key',
      'Write it in the format of OpenSSH with “dropbearconvert dropbear openssh FILE NEWFILE”, and choose that.',
    ),
  },
  {
    // Version 3.
    pattern: /^30([0-7].|80|8[1-4](..){1,4}?)02010330/,
    error: unsupported(
      'a PKCS #12 file (.p12, .pfx)',
      'Take the private key out of it with “openssl pkcs12 -in FILE -nocerts -out NEWFILE”, and choose that.',
    ),
  },
  // Version 0 or 1, then a number, a byte string or an algorithm; or one of PKCS #5 and PKCS #12 at once.
  { pattern: /^30([0-7].|80|8[1-4](..){1,4}?)02010[01](02|04|30)/, error: binaryKey },
  {
    pattern: /^30([0-7].|8[1-4](..){1,4}?)30([0-7].|8[1-4](..){1,4}?)06092a864886f70d01(05|0c)/,
    error: binaryKey,
  },
  // A version or a serial number; an algorithm.
  { pattern: /^30([0-7].|8[1-4](..){1,4}?)30([0-7].|8[1-4](..){1,4}?)(a0030201|02)/, error: x509Certificate },
  { pattern: /^30([0-7].|8[1-4](..){1,4}?)30([0-7].|8[1-4](..){1,4}?)06/, error: publicKeyFile },
  {
    pattern: /^feedfeed/,
    error: unsupported(
      'a Java key store (JKS)',
      'Write it as PKCS #12 with “keytool -importkeystore -deststoretype pkcs12”, and take the private key out of that with “openssl pkcs12 -nocerts”.',
    ),
  },
];

const lookalikes: readonly Lookalike[] = [
  {
    pattern: /^---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----/m,
    error: unsupported('an ssh.com private key', 'Import it in PuTTYgen and save it as a .ppk file.'),
  },
  {
    pattern: /^SSH PRIVATE KEY FILE FORMAT 1\.1\n/,
    error: () =>
      new KeyFileError(
        'unsupported',
        'This is an SSH-1 key. SSH-1 is insecure and no longer supported; make a new key.',
      ),
  },
  { pattern: /^---- BEGIN SSH2 PUBLIC KEY ----/m, error: publicKeyFile },
  { pattern: /^-----BEGIN (RSA |SSH2 )?PUBLIC KEY-----/m, error: publicKeyFile },
  { pattern: /^-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/m, error: x509Certificate },
  {
    pattern: /^-----BEGIN (NEW )?CERTIFICATE REQUEST-----/m,
    error: () =>
      new KeyFileError(
        'not-a-key-file',
        'This is a certificate request, not a private key. Choose the private key file that it was made for.',
      ),
  },
  {
    pattern: /^-----BEGIN (EC|DSA|X9\.42 DH|DH) PARAMETERS-----/m,
    error: () =>
      new KeyFileError(
        'not-a-key-file',
        'These are the parameters of a key without the key. Choose the private key file that belongs to them.',
      ),
  },
  {
    pattern: /^-----BEGIN PGP /m,
    error: () =>
      new KeyFileError(
        'unsupported',
        'This is an OpenPGP key. Only GnuPG can use it; for SSH, make a key of its own or use the agent of GnuPG.',
      ),
  },
  {
    pattern: /^[\w@.-]*-cert(-v01@openssh\.com)? [A-Za-z0-9+/]/m,
    error: () =>
      new KeyFileError(
        'not-a-key-file',
        'This is an OpenSSH certificate. Choose the private key it belongs to; a certificate beside it named “…-cert.pub” is loaded with it.',
      ),
  },
  { pattern: /^(ssh-|ecdsa-sha2-|sk-)[\w@.-]+ [A-Za-z0-9+/]/m, error: publicKeyFile },
  {
    pattern: /^\{[^{}]*"kty"\s*:/,
    error: unsupported('a JSON Web Key', 'Write it as PEM with the program that made it, and choose that.'),
  },
  {
    pattern: /<RSAKeyValue>/,
    error: unsupported(
      'an RSA key in XML',
      'Write it as PEM with the program that made it, and choose that.',
    ),
  },
];

const maxLookedAt = 65_536;
const maxBinaryStart = 64;

/** The error that says best what the file is. */
export function notAPrivateKey(file: Uint8Array): KeyFileError {
  if (file.length === 0)
    return new KeyFileError('not-a-key-file', 'This file is empty. Choose a private key file.');
  const text = Buffer.from(file.subarray(0, maxLookedAt)).toString('latin1');
  const start = Buffer.from(file.subarray(0, maxBinaryStart)).toString('hex');
  const found =
    lookalikes.find(({ pattern }) => pattern.test(text)) ??
    binaryLookalikes.find(({ pattern }) => pattern.test(start));
  if (found) return found.error();
  if (text.startsWith('\xff\xfe') || text.startsWith('\xfe\xff')) {
    return new KeyFileError(
      'not-a-key-file',
      'This file is in UTF-16, as Windows PowerShell writes with “>”. Copy the original key file instead.',
    );
  }
  return new KeyFileError(
    'not-a-key-file',
    'This is not a private key file. PuTTY (.ppk), OpenSSH, PKCS #8 and PEM private keys can be used.',
  );
}
