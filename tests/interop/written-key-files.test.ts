// Key files that we write, read by OpenSSH's and PuTTY's own programs.

import { describe, expect, it } from 'vitest';
import { inlineCryptoOffload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import { generateKey, type NewKeyType } from '../../main/keys/files/generate-key.ts';
import { writeOpensshKeyFile } from '../../main/keys/files/openssh/write-openssh-key-file.ts';
import { writePpkFile } from '../../main/keys/files/ppk/write-ppk-file.ts';
import { formatPublicKeyLine } from '../../main/keys/files/public-key-line.ts';
import type { KeyFileContents } from '../../main/keys/files/shared/key-file.ts';
import { keyTypes } from './support/key-pairs.ts';
import { runOk } from './support/run-program.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();

const types: readonly NewKeyType[] = [
  { kind: 'ed25519' },
  { kind: 'ecdsa-p256' },
  { kind: 'ecdsa-p384' },
  { kind: 'ecdsa-p521' },
  { kind: 'rsa', bits: 3072 },
  ...(keyTypes['mldsa44'] ? [{ kind: 'mldsa44-ed25519' } as const] : []),
];
const passphrases = [
  ['with a passphrase', 'correct horse'],
  ['without a passphrase', ''],
] as const;

async function contentsOf(type: NewKeyType, passphrase: string): Promise<KeyFileContents> {
  return {
    fields: await generateKey(type, inlineCryptoOffload),
    comment: 'me@here',
    passphrase: new TextEncoder().encode(passphrase),
  };
}

const runHere = (program: string, ...args: readonly string[]) => runOk(program, args, { env: space.env });
const publicLine = ({ fields }: KeyFileContents) => formatPublicKeyLine(fields.publicKey, '');

describe.each(types)('a $kind key', (type) => {
  it.each(passphrases)('in an OpenSSH file %s is read by ssh-keygen', async (how, passphrase) => {
    const contents = await contentsOf(type, passphrase);
    const bytes = await writeOpensshKeyFile(contents, inlineCryptoOffload);
    const path = await space.write(`${type.kind} ${how}.openssh`, bytes.bytes);
    const printed = await runHere('ssh-keygen', '-y', '-P', passphrase, '-f', path);
    expect(printed.trim().split(' ').slice(0, 2).join(' ')).toBe(publicLine(contents));
    expect(printed).toContain('me@here');
  });
});

/** PuTTY has no post-quantum keys. */
const puttyTypes = types.filter(({ kind }) => kind !== 'mldsa44-ed25519');

describe.each(puttyTypes)('a $kind key', (type) => {
  it.each(passphrases)('in a PPK file %s is read by puttygen', async (how, passphrase) => {
    const contents = await contentsOf(type, passphrase);
    const bytes = await writePpkFile(contents, inlineCryptoOffload);
    const path = await space.write(`${type.kind} ${how}.ppk`, bytes.bytes);
    const passphrasePath = await space.write('passphrase', `${passphrase}\n`);
    // Turning it into an OpenSSH file takes the private half, not only the public one.
    const converted = space.path(`${type.kind} ${how}.converted`);
    await runHere(
      'puttygen',
      ...[path, '-O', 'private-openssh-new', '-o', converted],
      ...['--old-passphrase', passphrasePath, '--new-passphrase', '/dev/null'],
    );
    const printed = await runHere('ssh-keygen', '-y', '-P', '', '-f', converted);
    expect(printed.trim().split(' ').slice(0, 2).join(' ')).toBe(publicLine(contents));
    expect(printed).toContain('me@here');
  });
});
