// Logins to OpenSSH's server with ssh: the private halves are nowhere but in the agent.
import { readFile } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { describeWith } from './support/installed-programs.ts';
import {
  certify,
  forgetPrivateHalves,
  type KeyPair,
  keyTypes,
  makeKeyPair,
  makeKeyPairs,
  oldAlgorithms,
} from './support/key-pairs.ts';
import { peersTree } from './support/peers-tree.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, sshArguments, startSshd, user } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

const types = Object.keys(keyTypes);
/** The server writes into this file of the session how the user has logged in. */
const printLogin = 'cat "$SSH_USER_AUTH"';

describeWith(['sshd'], 'ssh login', () => {
  const space = openWorkspace();
  let agent: RunningAgent;
  let sshd: Sshd;
  let keys: KeyPair[];
  let certified: KeyPair[];

  beforeAll(async () => {
    [keys, certified] = await Promise.all([makeKeyPairs(space), makeKeyPairs(space, 'certified-')]);
    const authority = await makeKeyPair(space, 'authority');
    for (const key of certified) await certify(space, authority, key, user);
    sshd = await startSshd(space, {
      name: 'server',
      authorizedKeys: keys.map(({ publicKey }) => publicKey),
      trustedAuthority: authority,
    });
    agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
    await agent.runOk('ssh-add', '-q', ...[...keys, ...certified].map(({ path }) => path));
    await forgetPrivateHalves([...keys, ...certified]);
  });

  /** Offers one key, and lets ssh ask for old algorithms, too. */
  const logInWith = ({ publicPath }: KeyPair, ...options: readonly string[]) =>
    agent.runOk(
      'ssh',
      ...sshArguments(
        sshd,
        ...['-o', 'IdentitiesOnly=yes', '-i', publicPath, '-o', `PubkeyAcceptedAlgorithms=+${oldAlgorithms}`],
        ...options,
      ),
      printLogin,
    );

  it.concurrent.each(types)('works with a key of type %s', async (type) => {
    const key = keys.find(({ comment }) => comment === type) as KeyPair;
    expect(await logInWith(key)).toBe(`publickey ${key.publicKey}\n`);
  });

  it.concurrent.each(types)('works with the user certificate of a key of type %s', async (type) => {
    const key = certified.find(({ comment }) => comment === `certified-${type}`) as KeyPair;
    const certificate = await readFile(`${key.path}-cert.pub`, 'utf8');
    expect(certificate).toMatch(/^\S+-cert(-v01@openssh\.com)? /);
    const login = await logInWith(key, '-o', `CertificateFile=${key.path}-cert.pub`);
    expect(certificate.startsWith(login.trimEnd().slice('publickey '.length))).toBe(true);
  });

  it.concurrent.each(['ssh-rsa', 'rsa-sha2-256', 'rsa-sha2-512'])(
    'works with RSA and %s',
    async (algorithm) => {
      const rsa = keys.find(({ comment }) => comment === 'rsa') as KeyPair;
      const args = sshArguments(sshd, '-o', `PubkeyAcceptedAlgorithms=${algorithm}`, '-v');
      const { code, stdout, stderr } = await agent.run('ssh', ...args, printLogin);
      expect([code, stdout]).toEqual([0, `publickey ${rsa.publicKey}\n`]);
      expect(stderr).toContain(`Server accepts key: rsa RSA SHA256:`);
    },
  );

  it.concurrent('works for twelve logins at the same time', async () => {
    const logins = await Promise.all(
      Array.from({ length: 12 }, (_, n) => logInWith(keys[n % keys.length] as KeyPair)),
    );
    expect(logins).toEqual(logins.map((_, n) => `publickey ${keys[n % keys.length]?.publicKey}\n`));
  });

  it('tries the keys in the order of adding at first, then the one that worked for this host', async () => {
    const pairs = await Promise.all([
      makeKeyPair(space, 'unknown-to-server'),
      makeKeyPair(space, 'known', { type: 'rsa' }),
    ]);
    const [stranger, known] = pairs;
    const other = await startSshd(space, { name: 'other-server', authorizedKeys: [known.publicKey] });
    await using fresh = await RunningAgent.start(space, { args: ['--no-prompt'] });
    await fresh.runOk('ssh-add', '-q', stranger.path, known.path);
    const offered = async () => {
      const { code, stderr } = await fresh.run('ssh', ...sshArguments(other, '-v'), 'true');
      expect(code).toBe(0);
      return [...stderr.matchAll(/Offering public key: (\S+)/g)].map(([, comment]) => comment);
    };
    expect(await offered()).toEqual([stranger.comment, known.comment]);
    // Read when the login is written down: the agent learns from it behind the back of ssh.
    await fresh.runOk('sallyport', 'log');
    expect(await offered()).toEqual([known.comment]);
  });

  it('finds the last of seven keys at the third try where the server ends a login after three', async () => {
    const pairs = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((n) => makeKeyPair(space, `of-seven-${n}`)));
    const right = pairs.at(-1) as KeyPair;
    const strict = await startSshd(space, {
      name: 'strict-server',
      authorizedKeys: [right.publicKey],
      // The newest servers don't count the first six questions about keys.
      config: ['MaxAuthTries 3', ...(peersTree ? ['PubkeyAuthOptions max-pk-ok:0'] : [])],
    });
    await using fresh = await RunningAgent.start(space, { args: ['--no-prompt'] });
    await fresh.runOk('ssh-add', '-q', ...pairs.map(({ path }) => path));
    const logIn = async () => {
      const { code, stderr } = await fresh.run('ssh', ...sshArguments(strict), 'true');
      return code === 0 ? 'in' : stderr.match(/Too many authentication failures/)?.[0];
    };
    const refused = 'Too many authentication failures';
    expect([await logIn(), await logIn(), await logIn()]).toEqual([refused, refused, 'in']);
    await fresh.runOk('sallyport', 'log');
    expect(await logIn()).toBe('in');
  });

  it.concurrent('fails without the agent', async () => {
    const { code } = await agent.run('env', '-u', 'SSH_AUTH_SOCK', 'ssh', ...sshArguments(sshd), 'true');
    expect(code).toBe(255);
  });
});
