// Keys in a security key with OpenSSH's own programs: they make them by middleware of ours, and the agent signs by the same
// security key in software.
import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { createUnixSocketTransport } from '../../ipc/transports/unix/unix-socket.ts';
import { inlineCryptoOffload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import { securityKeyFlag } from '../../main/keys/authenticator.ts';
import { decodePemBody, findPemBlocks } from '../../main/keys/encoding/pem.ts';
import { generateSecurityKey } from '../../main/keys/files/generate-security-key.ts';
import { writeOpensshKeyFile } from '../../main/keys/files/openssh/write-openssh-key-file.ts';
import { SoftAuthenticator, softAuthenticators } from '../fakes/soft-authenticator.ts';
import { bytes, testAgent } from '../fakes/test-agent.ts';
import { describeWith } from './support/installed-programs.ts';
import { certify, forgetPrivateHalves, type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { run, runOk } from './support/run-program.ts';
import { type Sshd, sshArguments, startSshd, user } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
const library = space.path('soft.so');
const types = ['ed25519-sk', 'ecdsa-sk'];
const device = new SoftAuthenticator();
const listed = new SoftAuthenticator();
const text = 'what was signed\n';
let env: Readonly<Record<string, string>>;
let keys: KeyPair[];

/** A key pair that ssh-keygen has the middleware make. */
const makeSecurityKey = (name: string, type: string, ...options: readonly string[]) =>
  makeKeyPair(space, name, { options: ['-t', type, '-w', library, ...options] });
const keyOf = (type: string) => keys.find(({ comment }) => comment === type) as KeyPair;
const ssh = (program: string, ...args: readonly string[]) => runOk(program, args, { env });
/** OpenSSH's client tells the agent by which library a security key is reached. */
const add = (provider: string, ...args: readonly string[]) =>
  run('ssh-add', ['-q', ...args], { env: { ...env, SSH_SK_PROVIDER: provider } });

beforeAll(async () => {
  const source = fileURLToPath(new URL('support/soft-security-key.c', import.meta.url));
  mkdirSync(`${library}.d`);
  const how = ['-std=c11', '-Wall', '-Wextra', '-Werror', '-Wno-deprecated-declarations', '-shared', '-fPIC'];
  execFileSync('cc', [...how, '-o', library, source, '-lcrypto']);
  const { agent } = testAgent({ authenticators: softAuthenticators(device, { [library]: listed }) });
  const path = space.path('agent.sock');
  const transport = createUnixSocketTransport({ path });
  await transport.start(agent.openSession);
  space.defer(async () => {
    await transport.stop();
    agent.stop();
  });
  env = { ...space.env, SSH_AUTH_SOCK: path };
  keys = await Promise.all(types.map((type) => makeSecurityKey(type, type)));
});

describeWith(['cc'], 'a key that ssh-keygen has made', () => {
  it.each(types)('is added by ssh-add and signs a file, which ssh-keygen verifies: %s', async (type) => {
    const key = keyOf(type);
    expect((await add('internal', key.path)).code).toBe(0);
    expect(await ssh('ssh-add', '-l')).toContain(type.toUpperCase());
    const path = await space.write(`${type}.txt`, text);
    const aside = await makeKeyPair(space, `aside-${type}`);
    await forgetPrivateHalves([key]);
    await ssh('ssh-keygen', '-q', '-Y', 'sign', '-n', 'file', '-f', key.publicPath, path);
    const signers = await space.write(`${type}.signers`, `me ${key.publicKey}\nother ${aside.publicKey}\n`);
    const verify = async (signature: string, input = text, who = 'me') => {
      const args = ['-Y', 'verify', '-f', signers, '-I', who, '-n', 'file', '-s', signature];
      return (await run('ssh-keygen', args, { env, input })).code;
    };
    expect(await verify(`${path}.sig`)).toBe(0);
    expect(await verify(`${path}.sig`, `${text}and more`)).not.toBe(0);
    expect(await verify(`${path}.sig`, text, 'other')).not.toBe(0);
    // Each part of it alone: of the signature its last byte, flags and counter.
    const [block] = findPemBlocks(await readFile(`${path}.sig`));
    const whole = Uint8Array.from(decodePemBody(block?.body ?? new Uint8Array()).bytes);
    for (const [what, at] of [
      ['signature', 6],
      ['flags', 5],
      ['counter', 1],
    ] as const) {
      const broken = Buffer.from(whole);
      broken[broken.length - at] = (broken.at(-at) as number) ^ 4;
      const lines = broken.toString('base64').replace(/.{70}/g, '$&\n');
      const file = await space.write(
        `${type}-${what}.sig`,
        `-----BEGIN SSH SIGNATURE-----\n${lines}\n-----END SSH SIGNATURE-----\n`,
      );
      expect([what, await verify(file)]).not.toEqual([what, 0]);
    }
  });

  it('is added by a library on the list, and refused with one that is not', async () => {
    const key = await makeSecurityKey('by-library', 'ed25519-sk');
    expect((await add('/usr/lib/not-listed.so', key.path)).stderr).toContain('agent refused operation');
    expect((await add(library, key.path)).code).toBe(0);
    expect((await run('ssh-add', ['-T', key.publicPath], { env })).code).toBe(0);
    expect(listed.requests.length).toBeGreaterThan(0);
  });

  it('that is kept inside is brought by ssh-add -K, with the library it is in', async () => {
    const key = await makeSecurityKey('kept', 'ecdsa-sk', '-O', 'resident');
    const askpass = await space.write('askpass', '#!/bin/sh\necho\n', 0o700);
    const asking = { ...env, SSH_SK_PROVIDER: library, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
    expect((await run('ssh-add', ['-q', '-K'], { env: asking })).code).toBe(0);
    expect(await ssh('ssh-add', '-L')).toContain(key.publicKey);
    expect((await run('ssh-add', ['-T', key.publicPath], { env })).code).toBe(0);
  });
});

describeWith(['cc'], 'a key that is made here', () => {
  it.each(['sk-ed25519', 'sk-ecdsa-p256'] as const)('is one of OpenSSH’s: %s', async (kind) => {
    const wish = { kind, application: 'ssh:here', flags: securityKeyFlag.touch, user: '' };
    const fields = await generateSecurityKey(wish, {
      authenticator: device,
      signal: new AbortController().signal,
      waitsFor: () => {},
      askPin: () => Promise.resolve(undefined),
    });
    const contents = { fields, comment: 'made here', passphrase: bytes('') };
    const path = await space.write(kind, (await writeOpensshKeyFile(contents, inlineCryptoOffload)).bytes);
    const [, base64] = (await ssh('ssh-keygen', '-y', '-f', path)).split(' ');
    expect(base64?.trim()).toBe(Buffer.from(fields.publicKey.blob).toString('base64'));
    // The middleware finds the key by its handle, and OpenSSH signs with it.
    const sign = ['-q', '-Y', 'sign', '-n', 'file', '-f', path];
    const signed = await runOk('ssh-keygen', sign, {
      env: { ...space.env, SSH_SK_PROVIDER: library },
      input: text,
    });
    expect(signed).toContain('BEGIN SSH SIGNATURE');
  });
});

describeWith(['cc', 'sshd'], 'a login', () => {
  let sshd: Sshd;
  let certified: KeyPair[];

  beforeAll(async () => {
    const authority = await makeKeyPair(space, 'authority');
    const ofLogin = await Promise.all(types.map((type) => makeSecurityKey(`login-${type}`, type)));
    certified = await Promise.all(types.map((type) => makeSecurityKey(`certified-${type}`, type)));
    for (const key of certified) await certify(space, authority, key, user);
    keys = [...keys, ...ofLogin];
    sshd = await startSshd(space, {
      name: 'server',
      authorizedKeys: ofLogin.map(({ publicKey }) => publicKey),
      trustedAuthority: authority,
      // The server proves itself by a security key, too, by its own middleware.
      hostKey: await makeSecurityKey('host', 'ed25519-sk', '-O', 'no-touch-required'),
      config: [`SecurityKeyProvider ${library}`],
    });
    const all = [...ofLogin, ...certified];
    expect((await add('internal', ...all.map(({ path }) => path))).code).toBe(0);
    await forgetPrivateHalves(all);
  });

  const logInWith = ({ publicPath }: KeyPair, ...options: readonly string[]) =>
    ssh(
      'ssh',
      ...sshArguments(
        sshd,
        ...[
          '-o',
          'IdentitiesOnly=yes',
          '-i',
          publicPath,
          '-o',
          'HostKeyAlgorithms=sk-ssh-ed25519@openssh.com',
        ],
        ...options,
      ),
      'cat "$SSH_USER_AUTH"',
    );

  it.each(types)('works with a key of type %s, to a host with such a key', async (type) => {
    const key = keyOf(`login-${type}`);
    expect(await logInWith(key)).toBe(`publickey ${key.publicKey}\n`);
  });

  it.each(types)('works with the user certificate of a key of type %s', async (type) => {
    const key = certified.find(({ comment }) => comment === `certified-${type}`) as KeyPair;
    const certificate = await readFile(`${key.path}-cert.pub`, 'utf8');
    const login = await logInWith(key, '-o', `CertificateFile=${key.path}-cert.pub`);
    expect(certificate.startsWith(login.trimEnd().slice('publickey '.length))).toBe(true);
  });

  it('goes to the hosts alone that the key was added for, which prove themselves by a security key', async () => {
    const [here, elsewhere] = await Promise.all([
      makeSecurityKey('for-server', 'ed25519-sk'),
      makeSecurityKey('for-other', 'ed25519-sk'),
    ]);
    const other = await makeKeyPair(space, 'other-host');
    const hosts = await space.write('hosts', `server ${sshd.hostKey.publicKey}\nother ${other.publicKey}\n`);
    for (const [name, key] of [
      ['server', here],
      ['other', elsewhere],
    ] as const)
      expect((await add('internal', '-H', hosts, '-h', name, key.path)).code).toBe(0);
    const second = await startSshd(space, {
      name: 'server',
      authorizedKeys: [here, elsewhere].map(({ publicKey }) => publicKey),
      hostKey: sshd.hostKey,
      config: [`SecurityKeyProvider ${library}`],
    });
    const to = (key: KeyPair) =>
      run('ssh', [...sshArguments(second, '-o', 'IdentitiesOnly=yes', '-i', key.publicPath), 'true'], {
        env,
      });
    await forgetPrivateHalves([here, elsewhere]);
    expect((await to(here)).code).toBe(0);
    expect((await to(elsewhere)).code).not.toBe(0);
  });
});

describeWith(['cc', 'git'], 'git', () => {
  it('signs a commit by a security key, and verifies it', async () => {
    const key = await makeSecurityKey('git', 'ed25519-sk');
    expect((await add('internal', key.path)).code).toBe(0);
    await forgetPrivateHalves([key]);
    const cwd = space.path('repository');
    const signers = await space.write('git.signers', `me@example.org ${key.publicKey}\n`);
    const names = Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'Somebody'],
        [`GIT_${who}_EMAIL`, 'me@example.org'],
      ]),
    );
    const gitEnv = { ...env, ...names, GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null' };
    await runOk('git', ['init', '-q', cwd], { env: gitEnv });
    const options = [
      ...['-c', 'gpg.format=ssh', '-c', `user.signingKey=${key.publicPath}`],
      ...['-c', `gpg.ssh.allowedSignersFile=${signers}`],
    ];
    const git = (...args: readonly string[]) => runOk('git', [...options, ...args], { env: gitEnv, cwd });
    await git('commit', '-q', '--allow-empty', '-S', '-m', 'Signed');
    expect(await git('log', '-1', '--format=%G? %GS')).toBe('G me@example.org\n');
  });
});
