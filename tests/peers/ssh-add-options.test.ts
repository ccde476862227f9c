// The newest ssh-add: each option that its manual names, but for those that tests/interop/ssh-add.test.ts has.
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WireWriter } from '../../main/keys/encoding/wire.ts';
import { Askpass } from '../interop/support/askpass.ts';
import { certify, type KeyPair, makeKeyPair } from '../interop/support/key-pairs.ts';
import { peersTree } from '../interop/support/peers-tree.ts';
import { run } from '../interop/support/run-program.ts';
import { RunningAgent } from '../interop/support/running-agent.ts';
import { openWorkspace } from '../interop/support/workspace.ts';

const space = openWorkspace();
let agent: RunningAgent;
let askpass: Askpass;
let key: KeyPair;
let other: KeyPair;
/** With a certificate beside it that ends in an hour. */
let certified: KeyPair;
let certificate: string;

beforeAll(async () => {
  askpass = await Askpass.install(space, 'askpass');
  agent = await RunningAgent.start(space, { args: ['--askpass', askpass.program] });
  key = await makeKeyPair(space, 'key');
  other = await makeKeyPair(space, 'other');
  certified = await makeKeyPair(space, 'certified');
  const authority = await makeKeyPair(space, 'authority');
  const path = await certify(space, authority, certified, 'somebody', ['-V', '+1h']);
  certificate = (await readFile(path, 'utf8')).split(' ').slice(0, 2).join(' ');
});

beforeEach(async () => {
  await agent.runOk('ssh-add', '-q', '-D');
});

const sshAdd = (...args: readonly string[]) => agent.runOk('ssh-add', ...args);
/** Its exit status and words, where questions are for our askpass program. */
const tryToAdd = (...args: readonly string[]) =>
  run('ssh-add', args, {
    env: { ...agent.env, SSH_ASKPASS: askpass.program, SSH_ASKPASS_REQUIRE: 'force' },
  });
const noIdentities = 'The agent has no identities.\n';

async function listed(): Promise<string[]> {
  const lines = (await agent.run('ssh-add', '-L')).stdout
    .split('\n')
    .filter((line) => line.includes(' AAAA'));
  return lines.map((line) => line.split(' ').slice(0, 2).join(' '));
}

/** Of each identity, as `sallyport list` says it, the seconds left. */
async function secondsLeft(): Promise<(number | null)[]> {
  const keys = JSON.parse(await agent.runOk('sallyport', 'list', '--json')) as {
    readonly secondsLeft: number | null;
  }[];
  return keys.map((key) => key.secondsLeft);
}

describe('the newest ssh-add', () => {
  it('has these options and no more', async () => {
    const manual = join(peersTree?.dir ?? '', 'usr/share/man/man1/ssh-add.1.gz');
    const options = [
      ...gunzipSync(await readFile(manual))
        .toString()
        .matchAll(/^\.It Fl (\w)/gm),
    ];
    const here = ['C', 'E', 'H', 'K', 'N', 'P', 'Q', 'S', 'd', 'e', 'k', 'q', 's', 't', 'v'];
    const inInterop = ['D', 'L', 'T', 'X', 'c', 'h', 'l', 'x'];
    expect(options.map(([, option]) => option).sort()).toEqual([...here, ...inInterop].sort());
  });

  it('adds the keys of ~/.ssh when it is given none', async () => {
    const dir = join(peersTree?.dir ?? '', 'root/.ssh');
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const made = await makeKeyPair(space, 'default');
    await agent.runOk('cp', made.path, made.publicPath, dir);
    await agent.runOk('mv', join(dir, 'default'), join(dir, 'id_ed25519'));
    await sshAdd('-q');
    expect(await listed()).toEqual([made.publicKey]);
    await rm(dir, { recursive: true });
  });

  it('adds and removes certificates alone with -C, plain keys alone with -k', async () => {
    // Its exit status is 1 with every agent, as it has added no plain key.
    await tryToAdd('-q', '-C', certified.path);
    expect(await listed()).toEqual([certificate]);
    await sshAdd('-q', '-k', certified.path);
    expect((await listed()).sort()).toEqual([certificate, certified.publicKey].sort());
    await sshAdd('-q', '-d', '-k', certified.path);
    expect(await listed()).toEqual([certificate]);
    await sshAdd('-q', '-k', certified.path);
    await sshAdd('-q', '-d', '-C', certified.path);
    expect(await listed()).toEqual([certified.publicKey]);
  });

  it('lets a certificate go soon after it has ended, and asks for no lifetime with -N', async () => {
    await sshAdd('-q', certified.path);
    const [plain, ended] = await secondsLeft();
    expect(plain).toBeNull();
    // An hour, and some minutes for clocks that go wrong.
    expect(ended).toBeGreaterThan(3_600);
    expect(ended).toBeLessThan(2 * 3_600);
    await sshAdd('-q', '-D');
    await sshAdd('-q', '-N', certified.path);
    expect(await secondsLeft()).toEqual([null, null]);
  });

  it('takes a time with units for -t', async () => {
    await sshAdd('-q', '-t', '1h30m', key.path);
    const [left] = await secondsLeft();
    expect(left).toBeGreaterThan(5_000);
    expect(left).toBeLessThanOrEqual(5_400);
  });

  it('lists MD5 fingerprints with -E md5', async () => {
    await sshAdd('-q', key.path);
    const line = await agent.runOk('ssh-keygen', '-l', '-E', 'md5', '-f', key.publicPath);
    expect(await sshAdd('-l', '-E', 'md5')).toBe(line);
    expect(line).toContain(' MD5:');
  });

  it('looks for hosts in each file of -H, whose names may be patterns', async () => {
    const files = await Promise.all([
      space.write('hosts-1', `one.example ${other.publicKey}\n`),
      space.write('hosts-2', `@cert-authority *.example ${key.publicKey}\n`),
    ]);
    const from = files.flatMap((file) => ['-H', file]);
    const to = ['one.example', 'two.example'].flatMap((host) => ['-h', host]);
    await sshAdd('-q', ...from, ...to, certified.path);
    expect(await listed()).toEqual([certified.publicKey, certificate]);
    expect((await agent.run('ssh-add', '-T', certified.publicPath)).code).not.toBe(0);
  });

  it('removes keys named on standard input with -d -', async () => {
    await sshAdd('-q', key.path, other.path, certified.path);
    const input = `${key.publicKey} key\n${certificate}\n`;
    expect((await run('ssh-add', ['-q', '-d', '-'], { env: agent.env, input })).code).toBe(0);
    expect(await listed()).toEqual([other.publicKey, certified.publicKey]);
  });

  it('is told which extensions there are with -Q', async () => {
    const names = (await sshAdd('-Q')).trim().split('\n');
    expect(names).toContain('session-bind@openssh.com');
  });

  it('says nothing with -q, and what it does with -v', async () => {
    expect(await tryToAdd('-q', key.path)).toEqual({ code: 0, stdout: '', stderr: '' });
    const { code, stderr } = await tryToAdd('-vvv', '-c', other.path);
    expect([code, stderr]).toEqual([0, expect.stringContaining(`Identity added: ${other.path}`)]);
    expect(stderr).toMatch(/^debug\d: /);
  });

  it('is refused a smart card with -s, with a PIN and with -P without one, and with -e', async () => {
    const asked = tryToAdd('-s', '/usr/lib/no-such-module.so');
    await (await askpass.next()).answer('1234');
    const results = [
      await asked,
      await tryToAdd('-P', '-s', '/usr/lib/no-such-module.so'),
      await tryToAdd('-e', '/usr/lib/no-such-module.so'),
    ];
    for (const { code, stderr } of results)
      expect([code, stderr]).toEqual([1, expect.stringContaining('agent refused operation')]);
    expect((await agent.run('ssh-add', '-l')).stdout).toBe(noIdentities);
  });

  it('is refused a key of a security key with -S', async () => {
    const path = await space.write('id_ed25519_sk', securityKeyFile());
    const { code, stderr } = await tryToAdd('-S', '/usr/lib/no-such-provider.so', path);
    expect([code, stderr]).toEqual([1, expect.stringContaining('agent refused operation')]);
    expect((await agent.run('ssh-add', '-l')).stdout).toBe(noIdentities);
  });

  it('finds no resident keys with -K where no security key is plugged in, and the agent goes on', async () => {
    expect((await tryToAdd('-P', '-K')).code).not.toBe(0);
    expect((await agent.run('ssh-add', '-l')).stdout).toBe(noIdentities);
  });
});

/** An OpenSSH file as `ssh-keygen -t ed25519-sk` writes it: without a device nothing else makes one. PROTOCOL.u2f, PROTOCOL.key. */
function securityKeyFile(): string {
  const name = 'sk-ssh-ed25519@openssh.com';
  const publicBlob = () => new WireWriter().text(name).string(new Uint8Array(32)).text('ssh:');
  const secrets = new WireWriter().uint32(1).uint32(1).bytes(publicBlob().finish());
  secrets.byte(1).string(new Uint8Array(16)).text('').text('comment');
  const length = secrets.finish().length;
  for (let n = 1; (length + n - 1) % 8 !== 0; n++) secrets.byte(n);
  const body = new WireWriter().text('none').text('none').text('').uint32(1);
  const all = body.string(publicBlob().finish()).string(secrets.finish()).finish();
  const base64 = Buffer.concat([Buffer.from('openssh-key-v1\0'), all]).toString('base64');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${base64}\n-----END OPENSSH PRIVATE KEY-----\n`;
}
