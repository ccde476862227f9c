// The newest OpenSSH with our agent, where hosts, users and authorities have post-quantum keys.
import { readFile } from 'node:fs/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Askpass } from '../interop/support/askpass.ts';
import { certify, type KeyPair, makeKeyPair } from '../interop/support/key-pairs.ts';
import { runOk, shellCommand } from '../interop/support/run-program.ts';
import { RunningAgent } from '../interop/support/running-agent.ts';
import { type Sshd, sshArguments, startSshd, user } from '../interop/support/sshd.ts';
import { openWorkspace } from '../interop/support/workspace.ts';

const space = openWorkspace();
const hostKind = 'ssh-mldsa44-ed25519';
/** OpenSSH takes such authorities only when it is told to. */
const authorities = `+${hostKind}`;
const postQuantum = { type: 'mldsa44' };

describe('ssh, on hosts with post-quantum keys,', () => {
  let askpass: Askpass;
  let agent: RunningAgent;
  let key: KeyPair;
  /** Opens the hosts without a question. */
  let passKey: KeyPair;
  let authority: KeyPair;
  let hosts: Record<'first' | 'second', Sshd>;
  let knownHostsPath: string;

  beforeAll(async () => {
    askpass = await Askpass.install(space, 'askpass');
    [key, passKey, authority] = await Promise.all([
      makeKeyPair(space, 'key', postQuantum),
      makeKeyPair(space, 'pass'),
      makeKeyPair(space, 'authority', postQuantum),
    ]);
    const start = async (name: string) =>
      startSshd(space, {
        name,
        authorizedKeys: [key.publicKey, passKey.publicKey],
        trustedAuthority: authority,
        hostKey: await makeKeyPair(space, `${name}-host-key`, postQuantum),
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
  const provedHost = async (host: Sshd) => `${hostKind} host key ${await fingerprintOf(host.hostKey)}`;
  const printLogin = 'cat "$SSH_USER_AUTH"';
  /** A login by `used` alone. */
  const logIn = (host: Sshd, used: KeyPair, ...more: readonly string[]) =>
    ['ssh', ...sshArguments(host, '-o', 'IdentitiesOnly=yes', '-i', used.publicPath), ...more] as const;
  const inside = (host: Sshd, ...command: readonly string[]) =>
    ['ssh', ...sshArguments(host, '-A', '-o', 'IdentitiesOnly=yes', '-i', passKey.publicPath)].concat(
      shellCommand(command),
    );
  const run = ([program = '', ...args]: readonly string[]) => agent.run(program, ...args);
  const reached = async (command: readonly string[]) =>
    (await run(command)).stdout === `publickey ${key.publicKey}\n`;

  it('is asked about as a login of that user to a host that proved its key', async () => {
    await agent.runOk('ssh-add', '-q', '-c', key.path);
    const login = run(logIn(hosts.first, key, printLogin));
    const question = await askpass.next();
    expect(question.kind).toBe('confirm');
    expect(question.text).toContain(`SSH login as "${user}"`);
    expect(question.text).toContain(`To (verified): ${await provedHost(hosts.first)}`);
    expect(question.text).not.toMatch(/unknown data|Forwarded \(/);
    await question.answer('');
    expect(await login).toMatchObject({ code: 0, stdout: `publickey ${key.publicKey}\n` });
  });

  it('is asked about as forwarded through a host that proved its key, and refused by a no', async () => {
    await agent.runOk('ssh-add', '-q', '-c', key.path);
    const login = run(inside(hosts.first, ...logIn(hosts.second, key, 'true')));
    const question = await askpass.next();
    expect(question.text).toContain(`SSH login as "${user}"`);
    expect(question.text).toContain('Forwarded (verified): the request came from another machine');
    expect(question.text).toContain(`through ${await provedHost(hosts.first)}`);
    expect(question.text).toContain(`To (verified): ${await provedHost(hosts.second)}`);
    await question.cancel();
    const { code, stderr } = await login;
    expect(code).toBe(255);
    expect(stderr).toContain('Permission denied (publickey)');
  });

  it('neither sees nor uses a key restricted to another host', async () => {
    await agent.runOk('ssh-add', '-q', '-H', knownHostsPath, '-h', 'second', key.path);
    expect(await agent.runOk('ssh-add', '-L')).toContain(key.publicKey);
    const listed = await run(inside(hosts.first, 'ssh-add', '-L'));
    expect(listed.stdout).toContain(passKey.publicKey);
    expect(listed.stdout).not.toContain(key.publicKey);
    const refused = await run(logIn(hosts.first, key, 'true'));
    expect(refused.code).toBe(255);
    expect(refused.stderr).toContain('Permission denied (publickey)');
    expect(await reached(logIn(hosts.second, key, printLogin))).toBe(true);
    expect(askpass.waiting).toBe(0);
  });

  it('takes a restricted key along the path of hosts that it was added for, and no other', async () => {
    const steps = ['-h', 'first', '-h', 'first>second'];
    await agent.runOk('ssh-add', '-q', '-H', knownHostsPath, ...steps, key.path);
    expect(await reached(inside(hosts.first, ...logIn(hosts.second, key, printLogin)))).toBe(true);
    expect(await reached(logIn(hosts.second, key, printLogin))).toBe(false);
    expect(await reached(inside(hosts.second, ...logIn(hosts.first, key, printLogin)))).toBe(false);
  });

  it('logs in by a certificate of an authority with such a key, to a host that has one of it, too', async () => {
    const certified = await makeKeyPair(space, 'certified', postQuantum);
    const path = await certify(space, authority, certified, user);
    const hostKey = await makeKeyPair(space, 'certified-host-key', postQuantum);
    const hostCertificate = await certify(space, authority, hostKey, 'certified-host', ['-h']);
    const config = [`HostCertificate ${hostCertificate}`, `CASignatureAlgorithms ${authorities}`];
    const options = { name: 'certified-host', trustedAuthority: authority, hostKey, config };
    const host = await startSshd(space, options);
    await space.write(
      'certified-host-known_hosts',
      `@cert-authority certified-host ${authority.publicKey}\n`,
    );
    await agent.runOk('ssh-add', '-q', '-H', host.knownHostsPath, '-h', 'certified-host', certified.path);
    const login = await run(
      logIn(
        host,
        certified,
        '-o',
        `CertificateFile=${path}`,
        '-o',
        `CASignatureAlgorithms=${authorities}`,
        printLogin,
      ),
    );
    const certificate = (await readFile(path, 'utf8')).split(' ').slice(0, 2).join(' ');
    expect(login).toEqual({ code: 0, stdout: `publickey ${certificate}\n`, stderr: '' });
    expect(
      (
        await run(
          logIn(
            hosts.first,
            certified,
            '-o',
            `CertificateFile=${path}`,
            '-o',
            `CASignatureAlgorithms=${authorities}`,
            'true',
          ),
        )
      ).code,
    ).toBe(255);
    expect(askpass.waiting).toBe(0);
  });

  it('opens a key that is kept encrypted when the login needs it', async () => {
    const passphrase = 'pass phrase';
    const encrypted = await makeKeyPair(space, 'encrypted', { ...postQuantum, passphrase });
    const authorized = await startSshd(space, { name: 'third', authorizedKeys: [encrypted.publicKey] });
    await agent.runOk('sallyport', 'add', '--encrypted', encrypted.path);
    const login = run(logIn(authorized, encrypted, printLogin));
    await (await askpass.next()).answer(passphrase);
    expect(await login).toMatchObject({ code: 0, stdout: `publickey ${encrypted.publicKey}\n` });
    expect(await agent.runOk('sallyport', 'list')).toMatch(/^512 SHA256:\S+ encrypted \(MLDSA44-ED25519\)/m);
  });
});
