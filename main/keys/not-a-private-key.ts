// What a file is that is no private key we can read, so that the person knows what to pick instead.
import { KeyFileError } from './key-file-error.ts';

interface Lookalike {
  readonly pattern: RegExp;
  readonly error: () => KeyFileError;
}

const publicKeyFile = (): KeyFileError =>
  new KeyFileError(
    'not-a-key-file',
    'This is a public key, the half that is given to servers. Choose the private key that belongs to it: usually the same name without “.pub”, or the .ppk file.',
  );

const lookalikes: readonly Lookalike[] = [
  {
    pattern: /^SSH PRIVATE KEY FILE FORMAT 1\.1\n/,
    error: () =>
      new KeyFileError(
        'unsupported',
        'This is an SSH-1 key. SSH-1 is insecure and no longer supported; make a new key.',
      ),
  },
  {
    pattern: /^---- BEGIN SSH2 ENCRYPTED PRIVATE KEY ----/m,
    error: () =>
      new KeyFileError(
        'unsupported',
        'This is an ssh.com private key, which this program does not read. Import it in PuTTYgen and save it as a .ppk file.',
      ),
  },
  { pattern: /^---- BEGIN SSH2 PUBLIC KEY ----/m, error: publicKeyFile },
  { pattern: /^-----BEGIN (RSA |SSH2 )?PUBLIC KEY-----/m, error: publicKeyFile },
  {
    pattern: /^-----BEGIN CERTIFICATE-----/m,
    error: () =>
      new KeyFileError(
        'not-a-key-file',
        'This is an X.509 certificate, not a private key. Choose the private key file that belongs to it.',
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
    pattern: /^[\w@.-]*-cert-v01@openssh\.com [A-Za-z0-9+/]/m,
    error: () =>
      new KeyFileError(
        'not-a-key-file',
        'This is an OpenSSH certificate. Choose the private key it belongs to; a certificate beside it named “…-cert.pub” is loaded with it.',
      ),
  },
  { pattern: /^(ssh-|ecdsa-sha2-|sk-)[\w@.-]+ [A-Za-z0-9+/]/m, error: publicKeyFile },
];

const maxLookedAt = 65_536;

/** The error that says best what the file is. */
export function notAPrivateKey(file: Uint8Array): KeyFileError {
  if (file.length === 0)
    return new KeyFileError('not-a-key-file', 'This file is empty. Choose a private key file.');
  const text = Buffer.from(file.subarray(0, maxLookedAt)).toString('latin1');
  const found = lookalikes.find(({ pattern }) => pattern.test(text));
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
