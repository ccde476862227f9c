// OpenSSH's ssh-add: every request that it can make of an agent.
import { readFile } from 'node:fs/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inlineCryptoOffload } from '../../main/crypto-worker/inline-crypto-offload.ts';
import { WireWriter } from '../../main/keys/encoding/wire.ts';
import { generateKey } from '../../main/keys/files/generate-key.ts';
import { writeOpensshKeyFile } from '../../main/keys/files/openssh/write-openssh-key-file.ts';
import { Askpass } from './support/askpass.ts';
import { eventually } from './support/eventually.ts';
import { certify, type KeyPair, keyTypes, makeKeyPair, makeKeyPairs } from './support/key-pairs.ts';
import { run } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
let agent: RunningAgent;
let keys: KeyPair[];
let key: KeyPair;
let other: KeyPair;

beforeAll(async () => {
  agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
  keys = await makeKeyPairs(space);
  [key, other] = keys as [KeyPair, KeyPair];
});

beforeEach(async () => {
  await agent.run('ssh-add', '-D');
});

const publicKeysOf = (listing: string) =>
  listing
    .trimEnd()
    .split('\n')
    .map((line) => line.split(' ').slice(0, 2).join(' '));

describe('ssh-add', () => {
  it('says that a new agent has no identities', async () => {
    for (const flag of ['-l', '-L']) {
      const { code, stdout } = await agent.run('ssh-add', flag);
      expect([code, stdout]).toEqual([1, 'The agent has no identities.\n']);
    }
  });

  it(`adds keys of all types (${Object.keys(keyTypes).join(', ')}) and lists them in order`, async () => {
    await agent.runOk('ssh-add', '-q', ...keys.map(({ path }) => path));
    expect(publicKeysOf(await agent.runOk('ssh-add', '-L'))).toEqual(keys.map(({ publicKey }) => publicKey));
    const fingerprints = await Promise.all(
      keys.map(({ publicPath }) => agent.runOk('ssh-keygen', '-l', '-f', publicPath)),
    );
    expect(await agent.runOk('ssh-add', '-l')).toBe(fingerprints.join(''));
  });

  it.each(Object.keys(keyTypes))('lets the agent sign with its %s key, and verifies it', async (type) => {
    const tested = keys.find(({ comment }) => comment === type) as KeyPair;
    await agent.runOk('ssh-add', '-q', tested.path);
    await agent.runOk('ssh-add', '-T', tested.publicPath);
  });

  it('is refused a signature by a key that is not there', async () => {
    await agent.runOk('ssh-add', '-q', key.path);
    expect((await agent.run('ssh-add', '-T', other.publicPath)).code).not.toBe(0);
  });

  it('adds a key from standard input, as key stores do', async () => {
    const input = await readFile(key.path, 'utf8');
    expect((await run('ssh-add', ['-'], { env: agent.env, input })).code).toBe(0);
    expect(publicKeysOf(await agent.runOk('ssh-add', '-L'))).toEqual([key.publicKey]);
  });

  it('adds a key twice and sees it once', async () => {
    await agent.runOk('ssh-add', '-q', key.path);
    await agent.runOk('ssh-add', '-q', other.path);
    await agent.runOk('ssh-add', '-q', key.path);
    expect(publicKeysOf(await agent.runOk('ssh-add', '-L'))).toEqual([key.publicKey, other.publicKey]);
  });

  it('removes one key with -d and all keys with -D', async () => {
    await agent.runOk('ssh-add', '-q', ...keys.map(({ path }) => path));
    await agent.runOk('ssh-add', '-q', '-d', key.path);
    expect(publicKeysOf(await agent.runOk('ssh-add', '-L'))).toEqual(
      keys.slice(1).map(({ publicKey }) => publicKey),
    );
    expect((await agent.run('ssh-add', '-d', key.path)).code).toBe(1);
    await agent.runOk('ssh-add', '-D');
    expect((await agent.run('ssh-add', '-l')).code).toBe(1);
  });

  it('adds a key for a time with -t, after which it is gone', async () => {
    await agent.runOk('ssh-add', '-q', other.path);
    await agent.runOk('ssh-add', '-q', '-t', '600', key.path);
    expect(publicKeysOf(await agent.runOk('ssh-add', '-L'))).toEqual([other.publicKey, key.publicKey]);
    await agent.runOk('ssh-add', '-q', '-t', '1', key.path);
    await eventually('the key is forgotten', async () => {
      const listing = await agent.runOk('ssh-add', '-L');
      return !listing.includes(key.publicKey) && listing.includes(other.publicKey);
    });
    expect((await agent.run('ssh-add', '-T', key.publicPath)).code).not.toBe(0);
  });

  it('adds certificates, of which the agent offers none past its end, and one that begins later last', async () => {
    const [ends, later, authority] = (await Promise.all(
      ['ends', 'later', 'authority'].map((name) => makeKeyPair(space, name)),
    )) as [KeyPair, KeyPair, KeyPair];
    const laterPath = await certify(space, authority, later, 'somebody', ['-V', '+1d:+2d']);
    const endsPath = await certify(space, authority, ends, 'somebody', ['-V', 'always:+3s']);
    await agent.runOk('ssh-add', '-q', ends.path, later.path, key.path);
    const kinds = async () => {
      const lines = (await agent.runOk('ssh-add', '-L')).trimEnd().split('\n');
      return lines.map((line) => `${line.split(' ').at(-1)}${line.includes('-cert-') ? ' certificate' : ''}`);
    };
    const left = ['ends', 'later', key.comment, 'later certificate'];
    await eventually('the certificate is offered no more', async () => `${await kinds()}` === `${left}`);
    expect((await agent.run('ssh-add', '-T', endsPath)).code).not.toBe(0);
    for (const path of [ends.publicPath, laterPath]) await agent.runOk('ssh-add', '-T', path);
    const told = await agent.runOk('sallyport', 'list');
    expect(told).toMatch(/ends \(ED25519-CERT\) \(expired \d{4}-\d\d-\d\d \d\d:\d\d UTC\)/);
    expect(told).toMatch(/later \(ED25519-CERT\) \(valid from /);
    const { code, stderr } = await agent.run('sallyport', 'add', ends.path);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/ends-cert\.pub expired on .*Get a new certificate/),
    ]);
  });

  it('locks with -x and unlocks with -X and the right passphrase only', async () => {
    const askpass = await Askpass.install(space, 'ssh-add-askpass');
    const env = { ...agent.env, SSH_ASKPASS: askpass.program, SSH_ASKPASS_REQUIRE: 'force' };
    const withPassphrase = async (flag: string, ...lines: readonly string[]) => {
      const client = run('ssh-add', [flag], { env });
      for (const line of lines) await (await askpass.next()).answer(line);
      return (await client).code;
    };
    await agent.runOk('ssh-add', '-q', key.path);

    expect(await withPassphrase('-x', 'open sesame', 'open sesame')).toBe(0);
    expect((await agent.run('ssh-add', '-l')).stdout).toBe('The agent has no identities.\n');
    expect((await agent.run('ssh-add', '-T', key.publicPath)).code).not.toBe(0);
    expect((await agent.run('ssh-add', '-q', other.path)).code).not.toBe(0);
    expect((await agent.run('ssh-add', '-D')).code).not.toBe(0);
    expect(await withPassphrase('-X', 'open barley')).not.toBe(0);
    expect((await agent.run('ssh-add', '-l')).code).toBe(1);
    expect(await withPassphrase('-X', 'open sesame')).toBe(0);
    expect(publicKeysOf(await agent.runOk('ssh-add', '-L'))).toEqual([key.publicKey]);
    await agent.runOk('ssh-add', '-T', key.publicPath);
  });

  it('adds a key with -c that never signs when nobody can be asked', async () => {
    await agent.runOk('ssh-add', '-q', '-c', key.path);
    expect(publicKeysOf(await agent.runOk('ssh-add', '-L'))).toEqual([key.publicKey]);
    expect((await agent.run('ssh-add', '-T', key.publicPath)).code).not.toBe(0);
  });

  it('adds a key with -h that signs nothing but logins', async () => {
    const knownHosts = await space.write('hosts', `server.example ${other.publicKey}\n`);
    await agent.runOk('ssh-add', '-q', '-H', knownHosts, '-h', 'server.example', key.path);
    expect(publicKeysOf(await agent.runOk('ssh-add', '-L'))).toEqual([key.publicKey]);
    expect((await agent.run('ssh-add', '-T', key.publicPath)).code).not.toBe(0);
  });

  it('adds a key with -h for a host that has keys of kinds which the agent does not know, too', async () => {
    const securityKey = new WireWriter()
      .text('sk-ssh-ed25519@openssh.com')
      .string(new Uint8Array(32).fill(9))
      .text('ssh:')
      .finish();
    const knownHosts = await space.write(
      'hosts-of-all-kinds',
      [
        `server.example sk-ssh-ed25519@openssh.com ${Buffer.from(securityKey).toString('base64')}`,
        `server.example ssh-mldsa44-ed25519 ${Buffer.alloc(1344).toString('base64')}`,
        `server.example ${other.publicKey}\n`,
      ].join('\n'),
    );
    await agent.runOk('ssh-add', '-q', '-H', knownHosts, '-h', 'server.example', key.path);
    expect(publicKeysOf(await agent.runOk('ssh-add', '-L'))).toEqual([key.publicKey]);
  });

  it('adds a key with a comment of 64 KiB, and gets it back', async () => {
    const comment = 'x'.repeat(64 * 1024);
    // Not by ssh-keygen, which cuts it.
    const contents = {
      fields: await generateKey({ kind: 'ed25519' }, inlineCryptoOffload),
      comment,
      passphrase: new Uint8Array(0),
    };
    const file = await writeOpensshKeyFile(contents, inlineCryptoOffload);
    const input = Buffer.from(file.bytes).toString();
    expect((await run('ssh-add', ['-q', '-'], { env: agent.env, input })).code).toBe(0);
    const listed = (await agent.runOk('ssh-add', '-L')).split(' ');
    expect(listed.length).toBe(3);
    expect(listed[2] === `${comment}\n`).toBe(true);
  });

  it('is refused a smart card', async () => {
    const { code, stderr } = await agent.run('ssh-add', '-e', '/usr/lib/no-such-module.so');
    expect([code, stderr]).toEqual([1, expect.stringContaining('agent refused operation')]);
    expect((await agent.run('ssh-add', '-l')).stdout).toBe('The agent has no identities.\n');
  });
});

describe('ssh-add with certificates', () => {
  it.each(Object.keys(keyTypes))('adds a %s key with the certificate beside it', async (type) => {
    const [certified, authority] = await Promise.all([
      makeKeyPair(space, `certified-${type}`, { type }),
      makeKeyPair(space, `authority-${type}`),
    ]);
    const certificatePath = await certify(space, authority, certified, 'somebody');
    await agent.runOk('ssh-add', '-q', certified.path);

    const certificate = (await readFile(certificatePath, 'utf8')).split(' ').slice(0, 2).join(' ');
    expect(publicKeysOf(await agent.runOk('ssh-add', '-L'))).toEqual([certified.publicKey, certificate]);
    await agent.runOk('ssh-add', '-T', certificatePath);
    await agent.runOk('ssh-add', '-q', '-d', certified.path);
    expect((await agent.run('ssh-add', '-l')).code).toBe(1);
  });
});
