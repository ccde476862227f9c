// PuTTY's tools for Unix: plink, pscp and psftp log in with our agent, pageant is its client.
import { verify } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { WireReader } from '../../main/keys/encoding/wire.ts';
import { Askpass } from './support/askpass.ts';
import { describeWith } from './support/installed-programs.ts';
import { certify, type KeyPair, keyTypes, makeKeyPair, makeKeyPairs } from './support/key-pairs.ts';
import { makePpk } from './support/ppk.ts';
import { runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, startSshd, user } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

const types = Object.keys(keyTypes);

describeWith(['plink', 'pscp', 'psftp', 'sshd'], 'plink, pscp and psftp', () => {
  const space = openWorkspace();
  let keys: KeyPair[];
  let sshd: Sshd;
  let hostKeyFingerprint: string;

  beforeAll(async () => {
    keys = await makeKeyPairs(space);
    sshd = await startSshd(space, {
      name: 'server',
      authorizedKeys: keys.map(({ publicKey }) => publicKey),
      config: ['Subsystem sftp internal-sftp'],
    });
    const printed = await runOk('ssh-keygen', ['-l', '-f', sshd.hostKey.publicPath], { env: space.env });
    hostKeyFingerprint = printed.split(' ')[1] ?? '';
  });

  /** What all three need to log in with the agent alone, and with no question. */
  const options = () => [
    ...['-batch', '-agent', '-hostkey', hostKeyFingerprint, '-P', String(sshd.port), '-l', user],
  ];
  const logIn = (agent: RunningAgent, command = 'cat "$SSH_USER_AUTH"', ...more: readonly string[]) =>
    agent.run('plink', '-ssh', '-noshare', ...options(), ...more, '127.0.0.1', command);

  it.concurrent.each(types)('logs in with a key of type %s', async (type) => {
    await using agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
    const key = keys.find(({ comment }) => comment === type) as KeyPair;
    await agent.runOk('ssh-add', '-q', key.path);
    expect((await logIn(agent)).stdout).toBe(`publickey ${key.publicKey}\n`);
  });

  // Of a kind that PuTTY does not know, where this ssh-keygen makes one.
  it('logs in with another key than the first, which the server does not take', async () => {
    await using agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
    const [key] = keys as [KeyPair];
    const stranger = await makeKeyPair(space, 'stranger-before', { type: types.at(-1) ?? '' });
    await agent.runOk('ssh-add', '-q', stranger.path, key.path);
    expect((await logIn(agent)).stdout).toBe(`publickey ${key.publicKey}\n`);
  });

  it('forwards the agent with -A', async () => {
    await using agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
    const [key] = keys as [KeyPair];
    await agent.runOk('ssh-add', '-q', key.path);
    const command = `ssh-add -L; ssh-add -T ${key.publicPath} && echo signed`;
    const { stdout } = await logIn(agent, command, '-A');
    expect(stdout).toBe(`${key.publicKey} ${key.comment}\nsigned\n`);
  });

  it('copies files there and back with pscp, by SFTP and by scp', async () => {
    await using agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
    await agent.runOk('ssh-add', '-q', (keys[0] as KeyPair).path);
    const from = await space.write('sent', 'what was sent');
    for (const protocol of ['-sftp', '-scp']) {
      const [there, back] = [space.path(`there${protocol}`), space.path(`back${protocol}`)];
      await agent.runOk('pscp', '-q', protocol, ...options(), from, `127.0.0.1:${there}`);
      await agent.runOk('pscp', '-q', protocol, ...options(), `127.0.0.1:${there}`, back);
      expect(await readFile(back, 'utf8')).toBe('what was sent');
    }
  });

  it('fetches a file with psftp', async () => {
    await using agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
    await agent.runOk('ssh-add', '-q', (keys[0] as KeyPair).path);
    const from = await space.write('offered', 'what was fetched');
    const batch = await space.write('batch', `get ${from} ${space.path('fetched')}\n`);
    await agent.runOk('psftp', '-b', batch, ...options(), '127.0.0.1');
    expect(await readFile(space.path('fetched'), 'utf8')).toBe('what was fetched');
  });

  it('does not log in with a key that the server does not know', async () => {
    await using agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
    await agent.runOk('ssh-add', '-q', (await makeKeyPair(space, 'stranger')).path);
    expect((await logIn(agent)).code).not.toBe(0);
  });
});

describeWith(['pageant', 'puttygen'], "PuTTY's pageant as a client", () => {
  const space = openWorkspace();
  const passphrase = 'pass phrase';
  let agent: RunningAgent;
  let askpass: Askpass;
  let key: KeyPair;
  let clearPpk: string;
  let encryptedPpk: string;
  let other: KeyPair;
  let otherEncryptedPpk: string;

  beforeAll(async () => {
    askpass = await Askpass.install(space, 'askpass');
    agent = await RunningAgent.start(space, { args: ['--askpass', askpass.program] });
    [key, other] = await Promise.all([
      makeKeyPair(space, 'key'),
      makeKeyPair(space, 'other', { type: 'ecdsa-256' }),
    ]);
    [clearPpk, encryptedPpk, otherEncryptedPpk] = await Promise.all([
      makePpk(space, key, 'clear.ppk'),
      makePpk(space, key, 'encrypted.ppk', { passphrase }),
      makePpk(space, other, 'other.ppk', { passphrase }),
    ]);
  });

  beforeEach(async () => {
    await agent.runOk('pageant', '-D');
  });

  const pageant = (...args: readonly string[]) => agent.runOk('pageant', ...args);
  /** The lines of `pageant -l`: fingerprint, comment, and what it tells of encryption. */
  const list = async () => (await pageant('-l')).trimEnd().split('\n').filter(Boolean);

  it('adds a key in clear with -a', async () => {
    await pageant('-a', clearPpk);
    expect(await list()).toEqual([expect.stringMatching(/^ssh-ed25519 255 SHA256:\S+ key$/)]);
    await agent.runOk('ssh-add', '-T', key.publicPath);
    expect(askpass.waiting).toBe(0);
  });

  it('lists MD5 fingerprints with -l -E md5', async () => {
    await pageant('-a', clearPpk);
    const md5 = (await agent.runOk('ssh-keygen', '-l', '-E', 'md5', '-f', key.publicPath)).split(' ')[1];
    expect(await pageant('-l', '-E', 'md5')).toBe(`ssh-ed25519 255 ${md5?.replace('MD5:', '')} key\n`);
  });

  it('adds a key with -a --encrypted, which is decrypted when it is used', async () => {
    await pageant('-a', '--encrypted', encryptedPpk);
    expect(await list()).toEqual([expect.stringMatching(/ key \(encrypted\)$/)]);
    const client = agent.run('ssh-add', '-T', key.publicPath);
    await (await askpass.next()).answer(passphrase);
    expect((await client).code).toBe(0);
    expect(await list()).toEqual([expect.stringMatching(/ key \(re-encryptable\)$/)]);
  });

  it('re-encrypts one key with -r and all keys with -R', async () => {
    await pageant('-a', '--encrypted', encryptedPpk, otherEncryptedPpk);
    for (const { publicPath } of [key, other]) {
      const client = agent.run('ssh-add', '-T', publicPath);
      await (await askpass.next()).answer(passphrase);
      expect((await client).code).toBe(0);
    }
    await pageant('-r', 'key');
    expect(await list()).toEqual([
      expect.stringMatching(/ key \(encrypted\)$/),
      expect.stringMatching(/ other \(re-encryptable\)$/),
    ]);
    await pageant('-R');
    expect(await list()).toEqual([
      expect.stringMatching(/\(encrypted\)$/),
      expect.stringMatching(/\(encrypted\)$/),
    ]);
  });

  it('is told with -r and -R that a key in clear has no encrypted form', async () => {
    await pageant('-a', clearPpk);
    expect((await agent.run('pageant', '-r', 'key')).code).not.toBe(0);
    expect((await agent.run('pageant', '-R')).code).not.toBe(0);
    expect(await list()).toEqual([expect.stringMatching(/ key$/)]);
  });

  it('merges a key in clear into the encrypted one, and calls it success', async () => {
    await pageant('-a', '--encrypted', encryptedPpk);
    await pageant('-a', clearPpk);
    expect(await list()).toEqual([expect.stringMatching(/ key \(re-encryptable\)$/)]);
  });

  it('removes a key with -d by comment and by fingerprint', async () => {
    await pageant('-a', clearPpk);
    await pageant('-d', 'key');
    expect(await list()).toEqual([]);
    await pageant('-a', clearPpk);
    const fingerprint = (await list())[0]?.split(' ')[2] ?? '';
    await pageant('-d', fingerprint);
    expect(await list()).toEqual([]);
  });

  it('prints the public key with --public-openssh and --public', async () => {
    await pageant('-a', '--encrypted', encryptedPpk);
    expect(await pageant('--public-openssh', 'key')).toBe(`${key.publicKey} key\n`);
    expect(await pageant('--public', 'key')).toContain('---- BEGIN SSH2 PUBLIC KEY ----');
  });

  it('lets the agent sign with --test-sign', async () => {
    const rsa = await makeKeyPair(space, 'rsa', { type: 'rsa' });
    await pageant('-a', await makePpk(space, rsa, 'rsa.ppk'));
    const command = 'printf text | pageant --test-sign-with-flags=4 rsa | base64';
    const signature = new WireReader(Buffer.from(await agent.runOk('sh', '-c', command), 'base64'));
    expect(signature.readText()).toBe('rsa-sha2-512');
    const publicKey = await agent.runOk('ssh-keygen', '-e', '-m', 'PKCS8', '-f', rsa.publicPath);
    expect(verify('sha512', Buffer.from('text'), publicKey, signature.readString())).toBe(true);
  });

  it('lists a certificate kept in a PPK file', async () => {
    const authority = await makeKeyPair(space, 'authority');
    const certificatePath = await certify(space, authority, key, 'somebody');
    const ppk = await makePpk(space, key, 'certified.ppk', { options: ['--certificate', certificatePath] });
    await pageant('-a', ppk);
    expect((await agent.runOk('ssh-add', '-L')).split(' ')[0]).toBe('ssh-ed25519-cert-v01@openssh.com');
    await agent.runOk('ssh-add', '-T', certificatePath);
  });

  it('removes all keys with -D', async () => {
    await pageant('-a', clearPpk, '--encrypted', otherEncryptedPpk);
    expect(await list()).toHaveLength(2);
    await pageant('-D');
    expect(await list()).toEqual([]);
  });
});
