// Twenty keys in one agent, hosts that take two tries, and what each program is offered there.
import { mkdir, writeFile } from 'node:fs/promises';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWith, pythonWithParamiko } from './support/installed-programs.ts';
import { type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { OpensshAgent } from './support/other-agents.ts';
import { peersTree } from './support/peers-tree.ts';
import { run, runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, sshArguments, startSshd, user } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

/** Logs in with what the agent offers; prints what the server says of the key, or why there was no login. */
const paramikoLogin = `
import paramiko, sys
client = paramiko.SSHClient()
client.load_host_keys(sys.argv[3])
try:
    client.connect("127.0.0.1", int(sys.argv[1]), sys.argv[2], allow_agent=True, look_for_keys=False)
    print(client.exec_command('cat "$SSH_USER_AUTH"')[1].read().decode(), end="")
except Exception as error:
    print(type(error).__name__)
`;

const keyCount = 20;
const hostNames = ['alpha.example.com', 'beta.example.com', 'gamma.test', 'delta.test'] as const;

describeWith(['sshd', 'plink'], 'twenty keys, and hosts that take two tries', () => {
  const space = openWorkspace();
  let keys: KeyPair[];
  let hosts: Sshd[];
  let agent: RunningAgent;
  /** The last ones, which no host would get to by trying. */
  const rightKey = (host: number) => keys[keyCount - 1 - host] as KeyPair;
  const hostAt = (index: number) => hosts[index] as Sshd;

  beforeAll(async () => {
    keys = [];
    for (let n = 0; n < keyCount; n++) keys.push(await makeKeyPair(space, `key-${n}`));
    hosts = await Promise.all(
      hostNames.map((name, index) =>
        startSshd(space, {
          name,
          authorizedKeys: [rightKey(index).publicKey],
          config: ['MaxAuthTries 2', ...(peersTree ? ['PubkeyAuthOptions max-pk-ok:0'] : [])],
        }),
      ),
    );
    const lines = hosts.map(
      ({ name, port, hostKey }) => `${name},[127.0.0.1]:${port} ${hostKey.publicKey}\n`,
    );
    await mkdir(`${space.home}/.ssh`, { mode: 0o700 });
    await writeFile(`${space.home}/.ssh/known_hosts`, lines.join(''), { mode: 0o600 });
  });

  beforeEach(async () => {
    agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
    await agent.runOk('ssh-add', '-q', ...keys.map(({ path }) => path));
  });

  const fingerprintOf = async (path: string) =>
    (await runOk('ssh-keygen', ['-lf', path], { env: space.env })).split(' ')[1] as string;

  /** What the host says of the key that it took, and how many it was offered. */
  async function logIn(host: Sshd) {
    const { stdout, stderr } = await agent.run('ssh', '-v', ...sshArguments(host), 'cat $SSH_USER_AUTH');
    return [stdout.trim(), stderr.match(/Offering public key/g)?.length ?? 0];
  }

  async function plink(host: Sshd): Promise<string> {
    const { stdout, stderr } = await agent.run(
      ...(['plink', '-ssh', '-noshare', '-batch', '-agent', '-P', String(host.port), '-l', user] as const),
      ...['-hostkey', await fingerprintOf(host.hostKey.publicPath), '127.0.0.1', 'cat $SSH_USER_AUTH'],
    );
    return stdout.trim() || stderr.trim();
  }

  const paramiko = async (host: Sshd, env = agent.env) => {
    const args = ['-c', paramikoLogin, String(host.port), user, `${space.home}/.ssh/known_hosts`];
    return (await run(pythonWithParamiko ?? 'python3', args, { env })).stdout.trim();
  };

  it('each host is offered only its keys once they are set, by whichever program', async () => {
    expect(await logIn(hostAt(0))).toEqual(['', 2]);
    await agent.runOk('sallyport', 'hosts', 'set', rightKey(0).publicPath, 'alpha.example.com');
    await agent.runOk('sallyport', 'hosts', 'set', 'key-18', `git@${hostNames[1]}`);
    await agent.runOk('sallyport', 'add', '--for', 'gamma.*', rightKey(2).path);
    await agent.runOk('sallyport', 'add', '--for', 'd?lta.test', rightKey(3).path);
    for (const index of [0, 1, 2, 3])
      expect((await logIn(hostAt(index)))[0]).toBe(`publickey ${rightKey(index).publicKey}`);
    expect(await logIn(hostAt(0))).toEqual([`publickey ${rightKey(0).publicKey}`, 1]);
    expect(await plink(hostAt(1))).toBe(`publickey ${rightKey(1).publicKey}`);
    // At another port than 22 nothing tells that paramiko’s connection is one of SSH.
    if (pythonWithParamiko) expect(await paramiko(hostAt(0))).toBe('SSHException');
    // A list of which no host is known has them all.
    expect((await agent.runOk('ssh-add', '-l')).trim().split('\n')).toHaveLength(keyCount);

    const { stdout } = await agent.run('sallyport', 'hosts', 'alpha.example.com');
    expect(stdout).toContain(
      `It is offered the keys that are set for it:\n  1. ${await fingerprintOf(rightKey(0).publicPath)} “key-19”: set for alpha.example.com; used there before\n`,
    );
    const all = JSON.parse(await agent.runOk('sallyport', 'hosts', '--json')) as { keys: object[] };
    expect(all.keys).toHaveLength(4);
    await agent.runOk('sallyport', 'hosts', 'forget', rightKey(0).publicPath, 'alpha.example.com');
    const after = await agent.runOk('sallyport', 'hosts', 'alpha.example.com');
    expect(after).toContain('No key is set for it, so it is offered all:');
    const again = await agent.run(
      'sallyport',
      'hosts',
      'forget',
      rightKey(0).publicPath,
      'alpha.example.com',
    );
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('is not set for')]);
  });

  it('the order in keys.toml is that of the offer, as soon as it is written', async () => {
    const [wrong, right] = [keys[0] as KeyPair, rightKey(0)];
    const entry = (key: KeyPair, order: number) =>
      `[[key]]\nkey = "${key.publicPath}"\nhosts = ["alpha.*"]\norder = ${order}\n`;
    await mkdir(`${space.home}/.config/sallyport`, { recursive: true, mode: 0o700 });
    const path = `${space.home}/.config/sallyport/keys.toml`;
    const others = [keys[1] as KeyPair, keys[2] as KeyPair];
    const write = (first: KeyPair, last: KeyPair) =>
      writeFile(path, [entry(first, 1), ...others.map((key) => entry(key, 2)), entry(last, 3)].join(''), {
        mode: 0o600,
      });
    await write(right, wrong);
    await expect.poll(() => logIn(hostAt(0))).toEqual([`publickey ${right.publicKey}`, 1]);
    const { stdout } = await agent.run('sallyport', 'hosts', 'me@alpha.example.com');
    expect(stdout).toMatch(/ {2}1\. SHA256:\S+ “key-19”: set for alpha\.\*; order 1; used there before\n/);
    await writeFile(path, `${entry(right, 1)}hosts = nonsense\n`, { mode: 0o600 });
    const broken = await agent.run('sallyport', 'hosts');
    expect([broken.code, broken.stderr]).toEqual([
      1,
      expect.stringMatching(/Not understood in .*: line 5, column/),
    ]);
    // What held goes on to hold.
    expect(await logIn(hostAt(0))).toEqual([`publickey ${right.publicKey}`, 1]);
    await writeFile(path, '', { mode: 0o600 });
  });

  it('a key that is restricted to hosts is seen by plink and paramiko, which get no signature, as with OpenSSH’s agent', async () => {
    const key = rightKey(0);
    await agent.runOk('ssh-add', '-qD');
    await agent.runOk('sallyport', 'add', '--only-to', 'alpha.example.com', key.path);
    expect((await logIn(hostAt(0)))[0]).toBe(`publickey ${key.publicKey}`);
    const openssh = await OpensshAgent.start(space);
    const known = `${space.home}/.ssh/known_hosts`;
    await run('ssh-add', ['-q', '-H', known, '-h', 'alpha.example.com', key.path], { env: openssh.env });
    const listIn = async (env: Readonly<Record<string, string>>) =>
      (await run('ssh-add', ['-L'], { env })).stdout.includes(key.publicKey);
    expect([await listIn(agent.env), await listIn(openssh.env)]).toEqual([true, true]);
    const ours = await plink(hostAt(0));
    const plinkWith = async (env: Readonly<Record<string, string>>) => {
      const args = ['-ssh', '-noshare', '-batch', '-agent', '-P', String(hostAt(0).port), '-l', user];
      const more = ['-hostkey', await fingerprintOf(hostAt(0).hostKey.publicPath), '127.0.0.1', 'true'];
      const { code, stderr } = await run('plink', [...args, ...more], { env });
      return [code, stderr];
    };
    expect(ours).toContain('Pageant failed to provide a signature');
    expect(await plinkWith(agent.env)).toEqual(await plinkWith(openssh.env));
    if (pythonWithParamiko) expect(await paramiko(hostAt(0))).toBe(await paramiko(hostAt(0), openssh.env));
    const log = await agent.runOk('sallyport', 'log');
    expect(log).toContain(
      'this program does not prove where it goes, as PuTTY, WinSCP, paramiko and ssh before 8.9 never do',
    );
  });
});
