// Key pairs and certificates made by ssh-keygen.
import { spawnSync } from 'node:child_process';
import { copyFile, readFile, rm } from 'node:fs/promises';
import { findProgram } from './installed-programs.ts';
import { runOk } from './run-program.ts';
import type { Workspace } from './workspace.ts';

export interface KeyPair {
  readonly path: string;
  readonly publicPath: string;
  readonly comment: string;
  /** `ssh-ed25519 AAAA…`, without comment. */
  readonly publicKey: string;
  readonly blob: Uint8Array;
}

const kindsOfSsh = spawnSync(findProgram('ssh') ?? 'ssh', ['-Q', 'key'], { encoding: 'utf8' }).stdout?.split(
  '\n',
);
/** Only older versions of OpenSSH make and take DSA keys. */
const dsaIsThere = kindsOfSsh?.includes('ssh-dss') ?? false;
/** Only the newest make and take post-quantum keys. */
const postQuantumIsThere = kindsOfSsh?.includes('ssh-mldsa44-ed25519') ?? false;

/** What ssh and sshd take only when they are told to, as far as they know it at all. */
export const oldAlgorithms = dsaIsThere ? 'ssh-rsa,ssh-dss,ssh-dss-cert-v01@openssh.com' : 'ssh-rsa';

/** What ssh-keygen is told for each type of key. RSA keys are as short as servers take them, to save time. */
export const keyTypes: Readonly<Record<string, readonly string[]>> = {
  ed25519: ['-t', 'ed25519'],
  'ecdsa-256': ['-t', 'ecdsa', '-b', '256'],
  'ecdsa-384': ['-t', 'ecdsa', '-b', '384'],
  'ecdsa-521': ['-t', 'ecdsa', '-b', '521'],
  rsa: ['-t', 'rsa', '-b', '2048'],
  ...(postQuantumIsThere && { mldsa44: ['-t', 'mldsa44-ed25519'] }),
  ...(dsaIsThere && { dsa: ['-t', 'dsa'] }),
};

export interface KeyPairOptions {
  readonly type?: string;
  readonly passphrase?: string;
  /** More options of ssh-keygen. */
  readonly options?: readonly string[];
}

async function readKeyPair(path: string, comment: string): Promise<KeyPair> {
  const publicPath = `${path}.pub`;
  const [algorithm = '', base64 = ''] = (await readFile(publicPath, 'utf8')).split(' ');
  return {
    path,
    publicPath,
    comment,
    publicKey: `${algorithm} ${base64}`,
    blob: Uint8Array.from(Buffer.from(base64, 'base64')),
  };
}

/** Makes a key pair; its comment is its name. */
export async function makeKeyPair(
  space: Workspace,
  name: string,
  { type = 'ed25519', passphrase = '', options = [] }: KeyPairOptions = {},
): Promise<KeyPair> {
  const path = space.path(name);
  const args = ['-q', '-f', path, '-C', name, '-N', passphrase, ...(keyTypes[type] ?? []), ...options];
  await runOk('ssh-keygen', args, { env: space.env });
  return readKeyPair(path, name);
}

/** One key pair of each type, named by it. */
export function makeKeyPairs(space: Workspace, prefix = ''): Promise<KeyPair[]> {
  return Promise.all(Object.keys(keyTypes).map((type) => makeKeyPair(space, `${prefix}${type}`, { type })));
}

export interface CopyOptions {
  readonly oldPassphrase?: string;
  readonly passphrase?: string;
  /** More options of ssh-keygen, e.g. for another format. */
  readonly options?: readonly string[];
}

/** The same key in another file, under another passphrase or in another format. */
export async function copyKeyPair(
  space: Workspace,
  key: KeyPair,
  name: string,
  { oldPassphrase = '', passphrase = '', options = [] }: CopyOptions = {},
): Promise<KeyPair> {
  const path = space.path(name);
  await copyFile(key.path, path);
  await copyFile(key.publicPath, `${path}.pub`);
  const args = ['-q', '-p', '-f', path, '-P', oldPassphrase, '-N', passphrase, ...options];
  await runOk('ssh-keygen', args, { env: space.env });
  return readKeyPair(path, key.comment);
}

/** Signs a user certificate for `principal` and writes it beside the key. Returns its path. `options` are ssh-keygen's. */
export async function certify(
  space: Workspace,
  authority: KeyPair,
  { path, publicPath, comment }: KeyPair,
  principal: string,
  options: readonly string[] = [],
): Promise<string> {
  const args = ['-q', '-s', authority.path, '-I', `${comment} id`, '-n', principal, ...options, publicPath];
  await runOk('ssh-keygen', args, { env: space.env });
  return `${path}-cert.pub`;
}

/** Leaves the public half alone: who signs now has the private one from the agent. */
export async function forgetPrivateHalves(keys: readonly KeyPair[]): Promise<void> {
  await Promise.all(keys.map(({ path }) => rm(path)));
}
