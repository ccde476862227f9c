// The key files that are meant where nobody names one: those that ssh tries and ssh-add adds, in its order.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** As in OpenSSH 10.6; the last is of older versions. */
const names = [
  'id_rsa',
  'id_ecdsa',
  'id_ecdsa_sk',
  'id_ed25519',
  'id_ed25519_sk',
  'id_mldsa44_ed25519',
  'id_dsa',
] as const;

/**
 * The folder `.ssh` of the person; undefined where nobody has said where they are at home. SECURITY: an empty HOME would
 * make it the working directory's, where others may have put a file.
 */
export function personSshFolder(home: string = homedir()): string | undefined {
  return isAbsolute(home) ? join(home, '.ssh') : undefined;
}

/** Those that are there, in full. A link that leads nowhere is none, as for ssh-add. */
export function defaultKeyFiles(home?: string): readonly string[] {
  const folder = personSshFolder(home);
  return folder === undefined
    ? []
    : names.map((name) => join(folder, name)).filter((path) => existsSync(path));
}

/** For the person, who may wonder where was looked. */
export const defaultKeyNames = `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
