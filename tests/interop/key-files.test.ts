// Key files that ssh-keygen, puttygen and openssl make now: sallyport reads them, and the key signs.
import { createPublicKey, verify } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WireReader } from '../../main/keys/encoding/wire.ts';
import { MessageClient } from '../fakes/message-client.ts';
import { bytes, signRequest } from '../fakes/test-agent.ts';
import { Askpass } from './support/askpass.ts';
import { findProgram } from './support/installed-programs.ts';
import { copyKeyPair, type KeyPair, makeKeyPairs } from './support/key-pairs.ts';
import { makePpk } from './support/ppk.ts';
import { runOk, startProgram } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
const passphrase = 'pass phrase';
let agent: RunningAgent;
let askpass: Askpass;
let keys: ReadonlyMap<string, KeyPair>;

beforeAll(async () => {
  askpass = await Askpass.install(space, 'askpass');
  agent = await RunningAgent.start(space, { args: ['--askpass', askpass.program] });
  keys = new Map((await makeKeyPairs(space)).map((key) => [key.comment, key]));
});

beforeEach(async () => {
  await agent.runOk('ssh-add', '-q', '-D');
});

const keyOf = (type: string) => keys.get(type) as KeyPair;

/** `sallyport add`, which asks for passphrases by the askpass program. */
const add = (...args: readonly string[]) =>
  startProgram('sallyport', ['add', ...args], {
    env: { ...agent.env, SSH_ASKPASS: askpass.program, SSH_ASKPASS_REQUIRE: 'force' },
  }).result;

/** Adds a file that may have a passphrase; the exit code. */
async function addInClear(path: string, isEncrypted: boolean): Promise<number | null> {
  const adding = add(path);
  if (isEncrypted) await (await askpass.next()).answer(passphrase);
  return (await adding).code;
}

/** Has the key sign; ssh-add verifies with OpenSSH's own code. */
async function expectToSign({ publicKey, publicPath }: KeyPair): Promise<void> {
  expect(await agent.runOk('ssh-add', '-L')).toContain(publicKey);
  await agent.runOk('ssh-add', '-T', publicPath);
}

/** Adds the file with --encrypted and lets the key sign: only the first use asks. */
async function expectDeferred(path: string, key: KeyPair): Promise<void> {
  expect((await add('--encrypted', path)).code).toBe(0);
  expect(askpass.waiting).toBe(0);
  const client = agent.startClient('ssh-add', '-T', key.publicPath);
  await (await askpass.next()).answer(passphrase);
  expect((await client.result).code).toBe(0);
  await agent.runOk('ssh-add', '-T', key.publicPath);
  expect(askpass.waiting).toBe(0);
}

describe('files of ssh-keygen', () => {
  const ciphers = [
    ...['3des-cbc', 'aes128-cbc', 'aes192-cbc', 'aes256-cbc', 'aes128-ctr', 'aes192-ctr', 'aes256-ctr'],
    ...['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'chacha20-poly1305@openssh.com'],
  ];

  it.each(ciphers)('encrypted with %s are read, at once and later', async (cipher) => {
    const options = ['-Z', cipher, '-a', '2'];
    const key = await copyKeyPair(space, keyOf('ed25519'), `cipher-${cipher}`, { passphrase, options });
    expect(await addInClear(key.path, true)).toBe(0);
    await expectToSign(key);
    await agent.runOk('ssh-add', '-q', '-D');
    await expectDeferred(key.path, key);
  });

  it('with the default key derivation are read', async () => {
    const key = await copyKeyPair(space, keyOf('ecdsa-256'), 'default-rounds', { passphrase });
    expect(await addInClear(key.path, true)).toBe(0);
    await expectToSign(key);
  });

  it.each([
    ['PEM', 'rsa', 'BEGIN RSA PRIVATE KEY'],
    ['PEM', 'ecdsa-256', 'BEGIN EC PRIVATE KEY'],
    ['PEM', 'ecdsa-384', 'BEGIN EC PRIVATE KEY'],
    ['PEM', 'ecdsa-521', 'BEGIN EC PRIVATE KEY'],
    ['PKCS8', 'rsa', 'PRIVATE KEY'],
    ['PKCS8', 'ecdsa-256', 'PRIVATE KEY'],
    ['PKCS8', 'ecdsa-384', 'PRIVATE KEY'],
    ['PKCS8', 'ecdsa-521', 'PRIVATE KEY'],
  ])(
    'in the format %s with a key of type %s are read in clear and encrypted',
    async (format, type, header) => {
      for (const secret of ['', passphrase]) {
        const name = `${format}-${type}${secret && '-encrypted'}`;
        const key = await copyKeyPair(space, keyOf(type), name, {
          passphrase: secret,
          options: ['-m', format],
        });
        expect(await runOk('head', ['-n', '1', key.path], { env: space.env })).toContain(header);
        expect(await addInClear(key.path, secret !== '')).toBe(0);
        await expectToSign(key);
        await agent.runOk('ssh-add', '-q', '-D');
        if (secret) await expectDeferred(key.path, key);
      }
    },
  );

  it('that are no key of their own are refused with words', async () => {
    const { code, stderr } = await add(keyOf('ed25519').publicPath);
    expect(code).toBe(1);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain(keyOf('ed25519').publicPath);
  });

  it('are given up after ten wrong passphrases, or when no more is given', async () => {
    const key = await copyKeyPair(space, keyOf('ed25519'), 'wrong', { passphrase, options: ['-a', '1'] });
    const guessed = add(key.path);
    for (let n = 0; n < 10; n++) await (await askpass.next()).answer('wrong');
    expect(await guessed).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('10 passphrases were wrong'),
    });
    const cancelled = add(key.path);
    await (await askpass.next()).answer('wrong');
    await (await askpass.next()).cancel();
    expect((await cancelled).code).toBe(1);
    expect(askpass.waiting).toBe(0);
    expect((await agent.run('ssh-add', '-l')).code).toBe(1);
  });
});

const puttygenIsThere = findProgram('puttygen') !== undefined;

describe.skipIf(!puttygenIsThere)(
  `files of puttygen${puttygenIsThere ? '' : ' (skipped: not installed: puttygen)'}`,
  () => {
    const types = ['ed25519', 'ecdsa-256', 'ecdsa-384', 'ecdsa-521', 'rsa'];

    it.each(types.flatMap((type) => [2, 3].map((version) => [type, version] as const)))(
      'with a key of type %s as PPK %i are read in clear and encrypted',
      async (type, version) => {
        const key = keyOf(type);
        const name = `${type}-${version}`;
        expect(
          await addInClear(await makePpk(space, key, `${name}.ppk`, { version: version as 2 | 3 }), false),
        ).toBe(0);
        await expectToSign(key);
        await agent.runOk('ssh-add', '-q', '-D');
        const encrypted = await makePpk(space, key, `${name}-encrypted.ppk`, {
          version: version as 2 | 3,
          passphrase,
        });
        expect(await addInClear(encrypted, true)).toBe(0);
        await expectToSign(key);
        await agent.runOk('ssh-add', '-q', '-D');
        await expectDeferred(encrypted, key);
      },
    );

    it.each(['argon2i', 'argon2d', 'argon2id'])('with %s and the default memory are read', async (kdf) => {
      const parameters = ['--ppk-param', `version=3,kdf=${kdf},memory=8192,passes=3`];
      const ppk = await makePpk(space, keyOf('ed25519'), `${kdf}.ppk`, { passphrase, options: parameters });
      await expectDeferred(ppk, keyOf('ed25519'));
    });

    it('with an Ed448 key are read, and OpenSSL verifies what the key signs', async () => {
      const path = space.path('ed448.ppk');
      const empty = await space.write('empty', '');
      const options = ['-q', '-t', 'ed448', '-C', 'ed448', '-o', path, '--new-passphrase', empty];
      await runOk('puttygen', options, { env: space.env });
      expect((await add(path)).code).toBe(0);

      const printed = await runOk('puttygen', ['-L', path], { env: space.env });
      const blob = Buffer.from(printed.split(' ')[1] ?? '', 'base64');
      const client = await MessageClient.connect({ path: agent.socketPath });
      const answer = await client.request(signRequest(blob, bytes('text')).finish());
      client.socket.destroy();
      const reader = new WireReader(new WireReader(answer?.subarray(1) ?? new Uint8Array()).readString());
      expect(reader.readText()).toBe('ssh-ed448');
      const x = blob.subarray(-57).toString('base64url');
      const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed448', x }, format: 'jwk' });
      expect(verify(null, bytes('text'), publicKey, reader.readString())).toBe(true);
    });
  },
);

describe('files of openssl', () => {
  const genpkey: Readonly<Record<string, readonly string[]>> = {
    Ed25519: ['-algorithm', 'ed25519'],
    RSA: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
    'ECDSA P-256': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
    'ECDSA P-521': ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  };
  const openssl = (...args: readonly string[]) => runOk('openssl', args, { env: space.env });

  it.each(Object.keys(genpkey))('by genpkey with a key for %s are read', async (type) => {
    const path = space.path(`genpkey-${type.replaceAll(' ', '-')}`);
    await openssl('genpkey', '-quiet', ...(genpkey[type] ?? []), '-out', path);
    expect((await add(path)).code).toBe(0);
    // The agent's public key is the one that openssl sees in the file.
    const listed = await space.write('listed.pub', await agent.runOk('ssh-add', '-L'));
    await agent.runOk('ssh-add', '-T', listed);
    if (type !== 'Ed25519')
      expect(await agent.runOk('ssh-keygen', '-e', '-m', 'PKCS8', '-f', listed)).toBe(
        await openssl('pkey', '-in', path, '-pubout'),
      );
  });

  it.each([
    ['-v2 aes-128-cbc', ['-v2', 'aes-128-cbc']],
    ['-v2 aes-256-cbc -v2prf hmacWithSHA512', ['-v2', 'aes-256-cbc', '-v2prf', 'hmacWithSHA512']],
    ['-v2 des3', ['-v2', 'des3']],
    ['-scrypt', ['-scrypt']],
    ['-v1 PBE-SHA1-3DES', ['-v1', 'PBE-SHA1-3DES']],
  ])('by pkcs8 -topk8 %s are read, with the public key beside them and without', async (name, options) => {
    const plain = space.path('topk8');
    const path = space.path(`topk8${name.replaceAll(' ', '-')}`);
    await openssl('genpkey', '-quiet', '-algorithm', 'ed25519', '-out', plain);
    await openssl(
      'pkcs8',
      '-topk8',
      '-in',
      plain,
      '-out',
      path,
      '-passout',
      `pass:${passphrase}`,
      ...options,
    );

    // Without it the passphrase is needed at adding, to learn which key it is, and again at the first use.
    const adding = add('--encrypted', path);
    await (await askpass.next()).answer(passphrase);
    expect((await adding).code).toBe(0);
    const publicPath = await space.write(
      `topk8${name.replaceAll(' ', '-')}.pub`,
      await agent.runOk('ssh-add', '-L'),
    );
    const client = agent.startClient('ssh-add', '-T', publicPath);
    await (await askpass.next()).answer(passphrase);
    expect((await client.result).code).toBe(0);

    await agent.runOk('ssh-add', '-q', '-D');
    await expectDeferred(path, { publicPath } as KeyPair);
  });
});

describe('keys of files', () => {
  it('make signatures that ssh-keygen verifies', async () => {
    const key = await copyKeyPair(space, keyOf('ed25519'), 'verified', { passphrase, options: ['-a', '1'] });
    expect(await addInClear(key.path, true)).toBe(0);
    const message = await space.write('message', 'text');
    await agent.runOk('ssh-keygen', '-q', '-Y', 'sign', '-n', 'file', '-f', key.publicPath, message);
    const signers = await space.write('signers', `me ${key.publicKey}\n`);
    await runOk(
      'ssh-keygen',
      ['-Y', 'verify', '-f', signers, '-I', 'me', '-n', 'file', '-s', `${message}.sig`],
      { env: space.env, input: 'text' },
    );
  });
});
