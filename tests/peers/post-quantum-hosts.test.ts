// The newest OpenSSH with our agent, on hosts with post-quantum keys, which the agent can't check.
import { readFile } from 'node:fs/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Askpass } from '../interop/support/askpass.ts';
import { type KeyPair, makeKeyPair } from '../interop/support/key-pairs.ts';
import { runOk, shellCommand } from '../interop/support/run-program.ts';
import { RunningAgent } from '../interop/support/running-agent.ts';
import { type Sshd, sshArguments, startSshd, user } from '../interop/support/sshd.ts';
import { openWorkspace } from '../interop/support/workspace.ts';

const space = openWorkspace();
const hostKind = 'ssh-mldsa44-ed25519';

describe('ssh, on hosts with post-quantum keys,', () => {
  let askpass: Askpass;
  let agent: RunningAgent;
  let key: KeyPair;
  /** Opens the hosts without a question. */
  let passKey: KeyPair;
  let hosts: Record<'first' | 'second', Sshd>;
  let knownHostsPath: string;

  beforeAll(async () => {
    askpass = await Askpass.install(space, 'askpass');
    [key, passKey] = await Promise.all([makeKeyPair(space, 'key'), makeKeyPair(space, 'pass')]);
    const start = async (name: string) =>
      startSshd(space, {
        name,
        authorizedKeys: [key.publicKey, passKey.publicKey],
        hostKey: await makeKeyPair(space, `${name}-host-key`, { options: ['-t', hostKind] }),
      });
    const [first, second] = await Promise.all([start('first'), start('second')]);
    hosts = { first, second };
    const lines = await Promise.all([first, second].map((host) => readFile(host.knownHostsPath, 'utf8')));
    knownHostsPath = await space.write('known_hosts', lines.join(''));
  });

  beforeEach(async () => {
    agent = await RunningAgent.start(space, { args: ['--askpass', askpass.program] });
    await agent.runOk('ssh-add', '-q', passKey.path);
    return () => agent.stop();
  });

  const fingerprintOf = async ({ publicPath }: KeyPair) =>
    (await runOk('ssh-keygen', ['-l', '-f', publicPath], { env: space.env })).split(' ')[1] ?? '';
  /** A login by `used` alone. */
  const logIn = (host: Sshd, used: KeyPair, ...more: readonly string[]) =>
    ['ssh', ...sshArguments(host, '-o', 'IdentitiesOnly=yes', '-i', used.publicPath), ...more] as const;
  const inside = (host: Sshd, ...command: readonly string[]) =>
    ['ssh', ...sshArguments(host, '-A', '-o', 'IdentitiesOnly=yes', '-i', passKey.publicPath)].concat(
      shellCommand(command),
    );
  const claimedHost = async (host: Sshd) => `${hostKind} host key ${await fingerprintOf(host.hostKey)}`;

  it('is asked about as a login of that user to a host that is claimed', async () => {
    await agent.runOk('ssh-add', '-q', '-c', key.path);
    const login = agent.run(...logIn(hosts.first, key, 'cat "$SSH_USER_AUTH"'));
    const question = await askpass.next();
    expect(question.kind).toBe('confirm');
    expect(question.text).toContain(`SSH login as "${user}"`);
    expect(question.text).toContain(`To (claimed): ${await claimedHost(hosts.first)}`);
    expect(question.text).not.toMatch(/unknown data|Forwarded \(/);
    await question.answer('');
    expect(await login).toMatchObject({ code: 0, stdout: `publickey ${key.publicKey}\n` });
  });

  it('is asked about as forwarded through a host that is claimed, and refused by a no', async () => {
    await agent.runOk('ssh-add', '-q', '-c', key.path);
    const [program = '', ...args] = inside(hosts.first, ...logIn(hosts.second, key, 'true'));
    const login = agent.run(program, ...args);
    const question = await askpass.next();
    expect(question.text).toContain(`SSH login as "${user}"`);
    expect(question.text).toContain('Forwarded (claimed): the request came from another machine');
    expect(question.text).toContain(await claimedHost(hosts.first));
    expect(question.text).toContain(`To (claimed): ${await claimedHost(hosts.second)}`);
    await question.cancel();
    const { code, stderr } = await login;
    expect(code).toBe(255);
    expect(stderr).toContain('Permission denied (publickey)');
  });

  it('neither sees nor uses a key restricted to another host', async () => {
    await agent.runOk('ssh-add', '-q', '-H', knownHostsPath, '-h', 'second', key.path);
    expect(await agent.runOk('ssh-add', '-L')).toContain(key.publicKey);
    const [program = '', ...args] = inside(hosts.first, 'ssh-add', '-L');
    const listed = await agent.runOk(program, ...args);
    expect(listed).toContain(passKey.publicKey);
    expect(listed).not.toContain(key.publicKey);
    const refused = await agent.run(...logIn(hosts.first, key, 'true'));
    expect(refused.code).toBe(255);
    expect(refused.stderr).toContain('Permission denied (publickey)');
    expect(askpass.waiting).toBe(0);
  });
});
