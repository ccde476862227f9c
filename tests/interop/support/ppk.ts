// PPK files made by puttygen.

import type { KeyPair } from './key-pairs.ts';
import { runOk } from './run-program.ts';
import type { Workspace } from './workspace.ts';

export interface PpkOptions {
  readonly passphrase?: string;
  readonly version?: 2 | 3;
  /** More options of puttygen. */
  readonly options?: readonly string[];
}

/** Converts a key in clear. Argon2 costs as little as puttygen allows, to save time. Returns the path. */
export async function makePpk(
  space: Workspace,
  key: KeyPair,
  name: string,
  { passphrase = '', version = 3, options = [] }: PpkOptions = {},
): Promise<string> {
  const path = space.path(name);
  const passphrasePath = await space.write(`${name}.passphrase`, passphrase);
  const parameters = version === 3 ? 'version=3,kdf=argon2id,memory=512,passes=1' : 'version=2';
  const args = [key.path, '-o', path, '-O', 'private', '--new-passphrase', passphrasePath];
  await runOk('puttygen', [...args, '-C', key.comment, '--ppk-param', parameters, ...options], {
    env: space.env,
  });
  return path;
}
