// sallyport add --only-to: the same restrictions as ssh-add -h, to hosts that known_hosts has in any way.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { Askpass } from './support/askpass.ts';
import { describeWith } from './support/installed-programs.ts';
import { certify, type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { run, runOk, shellCommand } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, sshArguments, startSshd, user } from './support/sshd.ts';
import { openWorkspace, type Workspace } from './support/workspace.ts';

const writeKnownHosts = async (space: Workspace, text: string) => {
  await mkdir(`${space.home}/.ssh`, { recursive: true, mode: 0o700 });
  await writeFile(`${space.home}/.ssh/known_hosts`, text, { mode: 0o600 });
};

const restriction = Buffer.from('restrict-destination-v00@openssh.com');

/** What an add sends to an agent that takes everything: its restriction to hosts, in hexadecimal. */
async function restrictionSent(space: Workspace, program: string, ...args: string[]): Promise<string> {
  const path = space.path('recorder.sock');
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on('data', (chunk: Buffer) => {
      received.push(chunk);
      // One message has come whole.
      const all = Buffer.concat(received);
      if (all.length < 4 || all.length < 4 + all.readUInt32BE(0)) return;
      socket.write(Buffer.of(0, 0, 0, 1, 6));
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  try {
    const { code, stderr } = await run(program, args, { env: { ...space.env, SSH_AUTH_SOCK: path } });
    const all = Buffer.concat(received);
    const at = all.indexOf(restriction);
    return at === -1 ? `nothing (${code}: ${stderr})` : all.subarray(at).toString('hex');
  } finally {
    await new Promise((resolve) => server.close(resolve));
    await rm(path, { force: true });
  }
}

describeWith(['ssh-add'], 'what --only-to asks for', () => {
  const space = openWorkspace();

  it.each([
    [['web']],
    [['git@web', '1.2.3.4']],
    [['web', 'web>inner', 'me*@inner']],
    [['[web]:2222', 'ca.example.com']],
    [['inner>web']],
  ])('is byte for byte what ssh-add -h asks for: %j', async (steps) => {
    const [key, a, b, c, d] = await Promise.all(
      ['key', 'a', 'b', 'c', 'd'].map((name) => makeKeyPair(space, `${name}-${steps.join('').length}`)),
    );
    const keyOf = (pair: KeyPair | undefined) => `${pair?.publicKey} comment`;
    const path = await space.write(
      'known_hosts',
      [
        ...[`web,1.2.3.4 ${keyOf(a)}`, `web ${keyOf(b)}`, `# web ${keyOf(c)}`, `inner ${keyOf(c)}`],
        ...[
          `[web]:2222 ${keyOf(b)}`,
          `@cert-authority *.example.com ${keyOf(a)}`,
          `@revoked inner ${keyOf(d)}`,
        ],
        '',
      ].join('\n'),
    );
    await runOk('ssh-keygen', ['-q', '-H', '-f', path], { env: space.env }).catch(() => '');
    const asked = (option: string) => steps.flatMap((step) => [option, step]);
    const theirs = await restrictionSent(space, 'ssh-add', '-q', '-H', path, ...asked('-h'), key?.path ?? '');
    expect(theirs).toMatch(/^[0-9a-f]+$/);
    expect(
      await restrictionSent(space, 'sallyport', 'add', '-H', path, ...asked('--only-to'), key?.path ?? ''),
    ).toBe(theirs);
  });
});

describeWith(['sshd'], 'a key added with --only-to', () => {
  const space = openWorkspace();
  let agent: RunningAgent;
  let key: KeyPair;
  /** Opens the hosts on the way; goes everywhere. */
  let passKey: KeyPair;
  let hosts: Record<'a' | 'b', Sshd>;

  beforeAll(async () => {
    [key, passKey] = await Promise.all([makeKeyPair(space, 'restricted'), makeKeyPair(space, 'pass')]);
    const authorizedKeys = [key.publicKey, passKey.publicKey];
    const [a, b] = await Promise.all(
      ['host-a', 'host-b'].map((name) => startSshd(space, { name, authorizedKeys })),
    );
    hosts = { a: a as Sshd, b: b as Sshd };
    agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
  });

  beforeEach(async () => {
    await agent.runOk('ssh-add', '-qD');
    const lines = await Promise.all(
      Object.values(hosts).map((host) => readFile(host.knownHostsPath, 'utf8')),
    );
    await writeKnownHosts(space, lines.join(''));
  });

  const add = (...options: string[]) => agent.run('sallyport', 'add', ...options, key.path);

  /** A command line that logs in to the last of the hosts through the others, with the agent forwarded all along. */
  function route([next, ...rest]: readonly Sshd[], used: KeyPair, command: string): string[] {
    if (!next) return ['sh', '-c', command];
    const offered = rest.length === 0 ? used : passKey;
    const options = ['-A', '-o', 'IdentitiesOnly=yes', '-i', offered.publicPath];
    const inner = rest.length === 0 ? command : shellCommand(route(rest, used, command));
    return ['ssh', ...sshArguments(next, ...options), inner];
  }

  const reaches = async (...through: readonly Sshd[]) => {
    const { stdout } = await agent.run('env', ...route(through, key, 'cat $SSH_USER_AUTH'));
    return stdout === `publickey ${key.publicKey}\n`;
  };

  it('logs in there, nowhere else, and signs nothing else', async () => {
    const { code, stdout } = await add('--only-to', 'host-a');
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(
        'Restricted to host-a. Programs that don’t tell the agent where they log in to',
      ),
    ]);
    expect([await reaches(hosts.a), await reaches(hosts.b)]).toEqual([true, false]);
    expect((await agent.run('ssh-add', '-T', key.publicPath)).code).not.toBe(0);
  });

  it('goes from one host to the next over a forwarded agent, and is not seen from others', async () => {
    await agent.runOk('ssh-add', '-q', passKey.path);
    await add('--only-to', 'host-a', '--only-to', `host-a>${user}@host-b`);
    expect(await reaches(hosts.a, hosts.b)).toBe(true);
    expect(await reaches(hosts.b)).toBe(false);
    const seenAt = async (host: Sshd) =>
      (await agent.run('env', ...route([host], passKey, 'ssh-add -L'))).stdout.includes(key.publicKey);
    expect([await seenAt(hosts.a), await seenAt(hosts.b)]).toEqual([true, false]);
  });

  it('adds nothing for a host that is not known, and says what to do', async () => {
    const { code, stderr } = await add('--only-to', 'host-a', '--only-to', 'host-c');
    expect([code, stderr]).toEqual([
      1,
      'sallyport: No key was added. “host-c” is not in known_hosts, so that its key is not known. Log in there once with ssh, then try again.\n',
    ]);
    expect((await agent.run('ssh-add', '-l')).stdout).toBe('The agent has no identities.\n');
  });

  it('finds a host whose name is hashed, at its port, and goes there without an alias', async () => {
    const at = `[127.0.0.1]:${hosts.a.port}`;
    await writeKnownHosts(space, `${at} ${hosts.a.hostKey.publicKey}\n`);
    await runOk('ssh-keygen', ['-q', '-H', '-f', `${space.home}/.ssh/known_hosts`], { env: space.env });
    expect((await readFile(`${space.home}/.ssh/known_hosts`, 'utf8')).startsWith('|1|')).toBe(true);
    expect((await add('--only-to', at)).code).toBe(0);
    const { stdout } = await agent.run(
      'ssh',
      ...['-F', 'none', '-o', 'BatchMode=yes', '-o', `UserKnownHostsFile=${space.home}/.ssh/known_hosts`],
      ...['-o', 'IdentityFile=none', '-p', String(hosts.a.port), `${user}@127.0.0.1`, 'cat $SSH_USER_AUTH'],
    );
    expect(stdout).toBe(`publickey ${key.publicKey}\n`);
    expect(await reaches(hosts.b)).toBe(false);
  });

  it('goes to a host that an authority of known_hosts has certified for that name', async () => {
    const authority = await makeKeyPair(space, 'host-authority');
    const start = async (name: string) => {
      const hostKey = await makeKeyPair(space, `${name}-key`);
      const certificate = await certify(space, authority, hostKey, name, ['-h']);
      const config = [`HostCertificate ${certificate}`];
      return startSshd(space, { name, authorizedKeys: [key.publicKey], hostKey, config });
    };
    const [named, other] = [await start('ca-host'), await start('ca-other')];
    const path = await space.write('authorities', `@cert-authority ca-* ${authority.publicKey}\n`);
    await writeKnownHosts(space, await readFile(path, 'utf8'));
    expect((await add('--only-to', 'ca-host')).code).toBe(0);
    const byCertificate = (host: Sshd) => ({ ...host, knownHostsPath: path });
    expect(await reaches(byCertificate(named))).toBe(true);
    expect(await reaches(byCertificate(other))).toBe(false);
  });

  it('is restricted as well when it is kept encrypted until its first use', async () => {
    const locked = await makeKeyPair(space, 'locked', { passphrase: 'open sesame' });
    const authorizedKeys = [locked.publicKey];
    const [here, there] = await Promise.all(
      ['enc-a', 'enc-b'].map((name) => startSshd(space, { name, authorizedKeys })),
    );
    await writeKnownHosts(space, await readFile(here?.knownHostsPath ?? '', 'utf8'));
    const askpass = await Askpass.install(space, 'only-to-askpass');
    await using asking = await RunningAgent.start(space, { args: ['--askpass', askpass.program] });
    await asking.runOk('sallyport', 'add', '--encrypted', '--only-to', 'enc-a', locked.path);
    const logIn = (host: Sshd | undefined) =>
      asking.run('ssh', ...sshArguments(host as Sshd), 'cat $SSH_USER_AUTH');
    // Asks nobody.
    expect((await logIn(there)).stdout).toBe('');
    const login = logIn(here);
    await (await askpass.next()).answer('open sesame');
    expect((await login).stdout).toBe(`publickey ${locked.publicKey}\n`);
    expect((await logIn(there)).stdout).toBe('');
  });
});
