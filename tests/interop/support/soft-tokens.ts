// Tokens of SoftHSM, made anew, each in the settings of a workspace; and a library of ours that misbehaves.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runOk } from './run-program.ts';
import type { Workspace } from './workspace.ts';

type Place = Pick<Workspace, 'env' | 'path' | 'write'>;

/** Where Debian and Fedora have it. */
export const softHsmPath =
  ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib64/pkcs11/libsofthsm2.so'].find(existsSync) ?? '';

const standInSource = fileURLToPath(new URL('../../fakes/pkcs11-stand-in.c', import.meta.url));

export type TokenKeyType = 'rsa:2048' | 'EC:prime256v1' | 'EC:secp384r1' | 'EC:secp521r1' | 'EC:edwards25519';

export class SoftTokens {
  /** For who loads the library. */
  readonly env: Readonly<Record<string, string>>;
  readonly #space: Place;

  private constructor(space: Place, config: string) {
    this.#space = space;
    this.env = { SOFTHSM2_CONF: config };
  }

  static async open(space: Place): Promise<SoftTokens> {
    await mkdir(space.path('tokens'), { mode: 0o700 });
    const config = `directories.tokendir = ${space.path('tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`;
    return new SoftTokens(space, await space.write('softhsm2.conf', config));
  }

  async addToken(label: string, pin: string): Promise<void> {
    await this.#run(
      'softhsm2-util',
      '--init-token',
      '--free',
      '--label',
      label,
      '--pin',
      pin,
      '--so-pin',
      '00000000',
    );
  }

  /** `id` in hexadecimal. */
  async addKey(
    token: { label: string; pin: string },
    type: TokenKeyType,
    id: string,
    label: string,
  ): Promise<void> {
    await this.#run(
      'pkcs11-tool',
      ...['--module', softHsmPath, '--token-label', token.label, '--login', '--pin', token.pin],
      ...['--keypairgen', '--key-type', type, '--id', id, '--label', label],
    );
  }

  /** From now on the token has the private key and the certificate (a file, DER) alone. */
  async replaceByCertificate(
    token: { label: string; pin: string },
    id: string,
    certificate: string,
    label: string,
  ): Promise<void> {
    const tool = (...args: readonly string[]) =>
      this.#run(
        'pkcs11-tool',
        ...['--module', softHsmPath, '--token-label', token.label, '--login', '--pin', token.pin],
        ...['--id', id, ...args],
      );
    await tool('--delete-object', '--type', 'pubkey');
    await tool('--write-object', certificate, '--type', 'cert', '--label', label);
  }

  #run(program: string, ...args: readonly string[]): Promise<string> {
    return runOk(program, args, { env: { ...this.#space.env, ...this.env } });
  }
}

/** The path of the library; what it does is written to the file `settings`. */
export async function buildStandIn(
  space: Workspace,
): Promise<{ path: string; settings: string; env: Record<string, string> }> {
  const path = space.path('stand-in.so');
  await runOk('gcc', ['-shared', '-fPIC', '-o', path, standInSource], { env: space.env });
  const settings = await space.write('stand-in.conf', '');
  return { path, settings, env: { STAND_IN_PKCS11_CONF: settings } };
}
