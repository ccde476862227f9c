// The files of tests/fixtures/keys (made by its generate.sh), built into the tests so that they run without a disk.
/// <reference types="vite/client" />
import { inlineCryptoOffload } from '../../../main/crypto-worker/inline-crypto-offload.ts';
import { parseKeyFile } from '../../../main/keys/files/parse-key-file.ts';
import { type PublicKeyLine, parsePublicKeyLine } from '../../../main/keys/files/public-key-line.ts';
import type { DecryptedKey } from '../../../main/keys/files/shared/key-file.ts';
import type { KeyType, SignatureAlgorithm } from '../../../main/keys/kinds/shared/key-types.ts';

const directory = '../../fixtures/keys/';
const files = import.meta.glob<string>(['../../fixtures/keys/**', '!**/*.sh', '!**/*.py'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** The passphrase of all encrypted fixtures but one. */
export const passphrase = new TextEncoder().encode('pass phrase');

/** A fixture's text. */
export function fixtureText(name: string): string {
  const text = files[directory + name];
  if (text === undefined) throw new Error(`no fixture ${name}`);
  return text;
}

export function fixture(name: string): Uint8Array {
  return new TextEncoder().encode(fixtureText(name));
}

/** Names of all fixtures that match. */
export function fixtureNames(pattern: RegExp): string[] {
  const names = Object.keys(files)
    .map((path) => path.slice(directory.length))
    .filter((name) => pattern.test(name));
  if (names.length === 0) throw new Error(`no fixture matches ${pattern}`);
  return names;
}

/** What OpenSSH (for Ed448: PuTTY) says about a fixture's key. */
export function publicLine(key: string): PublicKeyLine {
  return parsePublicKeyLine(fixtureText(`${key}.pub`));
}

/** Opens a fixture, with the passphrase when it needs one. */
export async function openFixture(name: string, bytes = fixture(name)): Promise<DecryptedKey> {
  const file = parseKeyFile(bytes);
  if (file.kind === 'encrypted') return await file.decrypt(passphrase, inlineCryptoOffload);
  const { comment, rawComment, publicKey } = file;
  return { comment, rawComment, publicKey, fields: await file.fields(inlineCryptoOffload) };
}

/** The file in clear of a key: PuTTY's, but for kinds that PuTTY does not have. */
export const clearFile = (key: string): string =>
  `${key}.${key === 'mldsa44' || key.startsWith('security-keys/') ? 'openssh' : 'ppk'}`;

/** An algorithm each type signs with. */
export const algorithmOf: Record<KeyType, SignatureAlgorithm> = {
  rsa: 'rsa-sha2-512',
  dsa: 'ssh-dss',
  'ecdsa-p256': 'ecdsa-sha2-nistp256',
  'ecdsa-p384': 'ecdsa-sha2-nistp384',
  'ecdsa-p521': 'ecdsa-sha2-nistp521',
  ed25519: 'ssh-ed25519',
  ed448: 'ssh-ed448',
  'mldsa44-ed25519': 'ssh-mldsa44-ed25519',
  'mldsa44-ed25519@openssh.com': 'ssh-mldsa44-ed25519@openssh.com',
  'sk-ed25519': 'sk-ssh-ed25519@openssh.com',
  'sk-ecdsa-p256': 'sk-ecdsa-sha2-nistp256@openssh.com',
};
