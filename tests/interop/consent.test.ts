// Real sessions as the person sees them: in the prompt, and afterwards in the activity.
import { chmod, copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActivityEntry } from '../../main/agent/consent/activity/activity-entry.ts';
import { parsePublicKey } from '../../main/keys/kinds/parse-public-key.ts';
import { createFileHostNames } from '../../main/stored/hosts/file-host-names.ts';
import { hostFiles } from '../../main/stored/hosts/host-files.ts';
import { Askpass } from './support/askpass.ts';
import { describeWith } from './support/installed-programs.ts';
import { type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { run, runOk, shellCommand } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, sshArguments, startSshd, user } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
let key: KeyPair;
let askpass: Askpass;
let agent: RunningAgent;

beforeAll(async () => {
  key = await makeKeyPair(space, 'key');
  askpass = await Askpass.install(space, 'askpass');
});

const startAgent = async (...args: string[]) => {
  agent = await RunningAgent.start(space, { args });
  return agent;
};

/** What `sallyport log --json` says, the latest last. */
async function activity(): Promise<ActivityEntry[]> {
  const lines = await agent.runOk('sallyport', 'log', '--json', '--limit', '1000');
  return lines
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

const latest = async () => (await activity()).at(-1);

async function fingerprintOf({ publicPath }: KeyPair): Promise<string> {
  return (await runOk('ssh-keygen', ['-l', '-f', publicPath], { env: space.env })).split(' ')[1] ?? '';
}

/** In the place where ssh and the agent look for it. */
async function knowHosts(...lines: string[]): Promise<void> {
  await mkdir(join(space.home, '.ssh'), { recursive: true, mode: 0o700 });
  await writeFile(join(space.home, '.ssh/known_hosts'), lines.map((line) => `${line}\n`).join(''));
}

describeWith(['sshd'], 'an ssh login', () => {
  let first: Sshd;
  let second: Sshd;

  beforeAll(async () => {
    [first, second] = (await Promise.all(
      ['first.example', 'second.example'].map((name) =>
        startSshd(space, { name, authorizedKeys: [key.publicKey] }),
      ),
    )) as [Sshd, Sshd];
    await knowHosts(
      `first.example,192.0.2.1 ${first.hostKey.publicKey}`,
      `second.example ${second.hostKey.publicKey}`,
    );
  });

  beforeEach(async () => {
    await startAgent('--no-prompt');
    await agent.runOk('ssh-add', '-q', key.path);
    return () => agent.stop();
  });

  it('is in the activity with its user, its proved host and its program', async () => {
    await agent.runOk('ssh', ...sshArguments(first), 'true');
    const fingerprint = await fingerprintOf(first.hostKey);
    expect(await latest()).toMatchObject({
      answer: 'allowed',
      key: { comment: 'key', fingerprint: await fingerprintOf(key) },
      requester: {
        process: { executable: expect.stringMatching(/\/ssh$/) },
        purpose: { kind: 'ssh-login', user, service: 'ssh-connection' },
        forwarded: false,
        path: [],
        destination: {
          trust: 'verified',
          basis: 'session-bind',
          host: { fingerprint, name: { names: ['first.example', '192.0.2.1'], source: 'known_hosts' } },
        },
      },
    });
  });

  it('from inside another login is forwarded, with the host on the way and the host at its end', async () => {
    await agent.runOk(
      'ssh',
      ...sshArguments(first, '-A'),
      shellCommand(['ssh', ...sshArguments(second), 'true']),
    );
    const [direct, forwarded] = (await activity()).slice(-2);
    expect(direct?.requester).toMatchObject({
      forwarded: false,
      destination: { host: { name: { names: ['first.example', '192.0.2.1'] } } },
    });
    expect(forwarded?.requester).toMatchObject({
      forwarded: true,
      path: [{ name: { names: ['first.example', '192.0.2.1'] } }],
      destination: { trust: 'verified', host: { name: { names: ['second.example'] } } },
    });
  });

  it('through two machines names both', async () => {
    const third = await startSshd(space, { name: 'third', authorizedKeys: [key.publicKey] });
    const innermost = ['ssh', ...sshArguments(third), 'true'];
    const inner = ['ssh', ...sshArguments(second, '-A'), shellCommand(innermost)];
    await agent.runOk('ssh', ...sshArguments(first, '-A'), shellCommand(inner));
    const last = await latest();
    expect(last?.requester.path.map(({ name }) => name?.names[0])).toEqual([
      'first.example',
      'second.example',
    ]);
    expect(last?.requester.destination).toMatchObject({
      host: { fingerprint: await fingerprintOf(third.hostKey) },
    });
  });

  it('is allowed by a rule on the host that it goes to, and nowhere else', async () => {
    await agent.runOk('sallyport', 'rules', 'ask', 'always', await fingerprintOf(key));
    await agent.runOk('sallyport', 'rules', 'add', 'allow', '--destination', 'second.example');
    const ssh = (to: Sshd) => agent.run('ssh', ...sshArguments(to), 'true');
    expect((await ssh(second)).code).toBe(0);
    expect((await ssh(first)).code).toBe(255);
    // The rule is for local requests.
    await agent.runOk('sallyport', 'rules', 'add', 'allow', '--destination', 'first.example');
    const through = await agent.run(
      'ssh',
      ...sshArguments(first, '-A'),
      shellCommand(['ssh', ...sshArguments(second), 'true']),
    );
    expect(through.code).toBe(255);
    expect(await latest()).toMatchObject({ answer: 'failed', requester: { forwarded: true } });
    await agent.runOk('sallyport', 'rules', 'ask', 'default', await fingerprintOf(key));
  });

  it('gets the key first that the host has taken before', async () => {
    const others = await Promise.all(['other-1', 'other-2'].map((name) => makeKeyPair(space, name)));
    await agent.runOk('ssh-add', '-q', '-D');
    await agent.runOk('ssh-add', '-q', ...others.map(({ path }) => path), key.path);
    const offers = async () => {
      const { stderr } = await agent.run('ssh', ...sshArguments(second, '-v'), 'true');
      return [...stderr.matchAll(/Offering public key: (\S+)/g)].map(([, name]) => name);
    };
    await offers();
    // Read when the login is written down: the agent learns from it behind the back of ssh.
    await activity();
    expect(await offers()).toEqual(['key']);
  });

  it('of a machine elsewhere can read neither activity nor rules', async () => {
    const inside = (...command: string[]) =>
      agent.run(
        'ssh',
        ...sshArguments(first, '-A'),
        `PATH=$PATH:${space.bin} HOME=${space.home} ${shellCommand(command)}`,
      );
    for (const verb of ['log', 'rules']) {
      const { code, stdout, stderr } = await inside('sallyport', verb);
      expect([code, stdout]).toEqual([1, '']);
      expect(stderr).toContain('The agent refused to talk to this command');
    }
  });
});

describeWith(['sshd'], 'the prompt for an ssh login', () => {
  it('says who asks, what for, where to and how it came, and a "no" is a "no"', async () => {
    const [bastion, target] = (await Promise.all(
      ['bastion.example', 'target.example'].map((name) =>
        startSshd(space, { name, authorizedKeys: [key.publicKey] }),
      ),
    )) as [Sshd, Sshd];
    await knowHosts(
      `bastion.example ${bastion.hostKey.publicKey}`,
      `target.example ${target.hostKey.publicKey}`,
    );
    await startAgent('--askpass', askpass.program);
    await agent.runOk('ssh-add', '-q', '-c', key.path);
    const login = agent.startClient(
      'ssh',
      ...sshArguments(bastion, '-A'),
      shellCommand(['ssh', ...sshArguments(target), 'true']),
    );
    const direct = await askpass.next();
    expect(direct.kind).toBe('confirm');
    expect(direct.text).toContain(`For (verified): SSH login as "${user}"`);
    expect(direct.text).toContain('(bastion.example, as in known_hosts)');
    expect(direct.text).toMatch(/Asked by \(observed\): \S*\/ssh \(process \d+\)/);
    expect(direct.text).toContain('Forwarded: not as far as could be verified.');
    await direct.answer('yes');
    const forwarded = await askpass.next();
    expect(forwarded.text).toMatch(
      /Forwarded \(verified\): .* through .*\(bastion\.example, as in known_hosts\)/,
    );
    expect(forwarded.text).toMatch(/To \(verified\): .*\(target\.example, as in known_hosts\)/);
    await forwarded.cancel();
    expect((await login.result).code).toBe(255);
    expect((await activity()).slice(-2).map(({ answer }) => answer)).toEqual(['allowed', 'denied']);
    await agent.stop();
  });

  it('is asked and served for a local ssh while a denied machine behind ssh -A floods the agent', async () => {
    const free = await makeKeyPair(space, 'free');
    const host = await startSshd(space, {
      name: 'flooder.example',
      authorizedKeys: [free.publicKey, key.publicKey],
    });
    const person = await Askpass.install(space, 'flooded-askpass');
    await startAgent('--askpass', person.program);
    await agent.runOk('ssh-add', '-q', free.path);
    await agent.runOk('ssh-add', '-q', '-c', key.path);
    const flood = `ssh-add -T ${key.publicPath}; for n in 1 2 3 4 5 6 7 8; do
      ssh-add -T ${key.publicPath} & echo $n | ssh-keygen -Y sign -n flood -f ${key.publicPath} & done; wait; echo flooded`;
    const remote = agent.startClient('ssh', ...sshArguments(host, '-A'), flood);
    const denied = await person.next();
    expect(denied.text).toContain('Forwarded (verified)');
    await denied.cancel();
    const onlyKey = ['-o', 'IdentitiesOnly=yes', '-i', key.publicPath];
    const local = agent.startClient('ssh', ...sshArguments(host, ...onlyKey), 'echo served');
    for (let isServed = false; !isServed; ) {
      const question = await person.next();
      isServed = question.text.includes('Forwarded: not as far as could be verified.');
      await (isServed ? question.answer('yes') : question.cancel());
    }
    expect((await local.result).stdout).toBe('served\n');
    remote.child.kill();
    await remote.result;
    await agent.stop();
  });
});

describeWith(['sshd'], 'host keys in known_hosts', () => {
  it('are named where ssh-keygen has hashed them, and where an authority has signed them', async () => {
    const host = await makeKeyPair(space, 'hashed-host');
    const authority = await makeKeyPair(space, 'host-authority');
    await knowHosts(`[hashed.example]:2222 ${host.publicKey}`);
    const path = join(space.home, '.ssh/known_hosts');
    await runOk('ssh-keygen', ['-q', '-H', '-f', path], { env: space.env });
    const names = () =>
      createFileHostNames({
        files: hostFiles('linux', {}, space.home),
        elapsedMs: () => performance.now(),
        log: () => {},
      });
    expect(await names().nameOf(parsePublicKey(host.blob))).toMatchObject({
      names: [],
      source: 'known_hosts',
    });
    await writeFile(join(space.home, '.ssh/config'), 'Host x\n  HostName hashed.example\n  Port 2222\n');
    expect(await names().nameOf(parsePublicKey(host.blob))).toMatchObject({
      names: ['[hashed.example]:2222'],
    });
    await knowHosts(`@cert-authority *.example ${authority.publicKey}`);
    await runOk(
      'ssh-keygen',
      ['-q', '-s', authority.path, '-h', '-I', 'id', '-n', 'db.example,db.elsewhere', host.publicPath],
      { env: space.env },
    );
    const certificate = (await readFile(`${host.path}-cert.pub`, 'utf8')).split(' ')[1] ?? '';
    const certified = parsePublicKey(Buffer.from(certificate, 'base64'));
    expect(await names().nameOf(certified)).toMatchObject({ names: ['db.example'] });
  });
});

describeWith(['plink', 'sshd'], 'a plink login', () => {
  it('is in the activity with its user, and with the host that plink is connected to', async () => {
    const sshd = await startSshd(space, { name: 'putty.example', authorizedKeys: [key.publicKey] });
    await startAgent('--no-prompt');
    await agent.runOk('ssh-add', '-q', key.path);
    await agent.runOk(
      'plink',
      ...['-batch', '-ssh', '-agent', '-noshare', '-hostkey', await fingerprintOf(sshd.hostKey)],
      ...['-P', String(sshd.port), '-l', user, '127.0.0.1', 'true'],
    );
    expect((await latest())?.requester).toMatchObject({
      process: { executable: expect.stringMatching(/\/plink$/) },
      purpose: { kind: 'ssh-login', user },
      forwarded: false,
      destination: { trust: 'observed', address: '127.0.0.1', port: sshd.port },
    });
    await agent.stop();
  });

  it("finds names in PuTTY's own store, as plink writes it", async () => {
    const sshd = await startSshd(space, { name: 'stored.example', authorizedKeys: [key.publicKey] });
    await startAgent('--no-prompt');
    await agent.runOk('ssh-add', '-q', key.path);
    const args = ['-ssh', '-agent', '-noshare', '-P', String(sshd.port), '-l', user, '127.0.0.1', 'true'];
    // "y" stores the key of a host that is not known yet.
    const env = { PUTTYSSHHOSTKEYS: space.path('sshhostkeys') };
    await runOk('plink', args, { env: { ...agent.env, ...env }, input: 'y\n' });
    const names = createFileHostNames({
      files: { ...hostFiles('linux', env, space.home), knownHosts: [] },
      elapsedMs: () => performance.now(),
      log: () => {},
    });
    expect(await names.nameOf(parsePublicKey(sshd.hostKey.blob))).toEqual({
      names: [`[127.0.0.1]:${sshd.port}`],
      source: 'putty',
      isRevoked: false,
    });
    await agent.stop();
  });
});

describeWith(['git'], 'a commit signed by git', () => {
  it('is a signature for "git" in the prompt and in the activity', async () => {
    await startAgent('--askpass', askpass.program);
    await agent.runOk('ssh-add', '-q', '-c', key.path);
    const cwd = space.path('repository');
    const env = {
      ...agent.env,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      ...Object.fromEntries(
        ['AUTHOR', 'COMMITTER'].flatMap((who) => [
          [`GIT_${who}_NAME`, 'Somebody'],
          [`GIT_${who}_EMAIL`, 'somebody@example.org'],
        ]),
      ),
    };
    await runOk('git', ['init', '-q', cwd], { env });
    const signing = ['-c', 'gpg.format=ssh', '-c', `user.signingKey=${key.publicPath}`];
    const committed = runOk('git', [...signing, 'commit', '-q', '--allow-empty', '-S', '-m', 'x'], {
      env,
      cwd,
    });
    const question = await askpass.next();
    expect(question.text).toContain('For (verified): a signature for "git" (SSHSIG)');
    expect(question.text).toMatch(/Started by \(observed\): .*\/git \(process \d+\)/);
    await question.answer('yes');
    await committed;
    expect(await latest()).toMatchObject({
      answer: 'allowed',
      reason: 'You allowed this when you were asked.',
      requester: {
        process: { executable: expect.stringMatching(/\/ssh-keygen$/) },
        purpose: { kind: 'sshsig', namespace: 'git', hashAlgorithm: 'sha512' },
      },
    });
    await agent.stop();
  });
});

describe('signatures by ssh-keygen', () => {
  it('are asked about one by one, also when they come at once', async () => {
    await startAgent('--askpass', askpass.program);
    await agent.runOk('ssh-add', '-q', '-c', key.path);
    const files = await Promise.all(
      Array.from({ length: 5 }, (_, n) => space.write(`message-${n}`, `message ${n}\n`)),
    );
    const all = files.map((file) =>
      agent.run('ssh-keygen', '-Y', 'sign', '-n', 'git', '-f', key.publicPath, file),
    );
    await (await askpass.next()).answer('yes');
    for (let n = 0; n < 2; n++) await (await askpass.next()).cancel();
    const codes = (await Promise.all(all)).map(({ code }) => code);
    expect(codes.filter((code) => code === 0)).toHaveLength(1);
    expect(askpass.waiting).toBe(0);
    const answers = (await activity()).map(({ answer, count }) => [answer, count]);
    expect(answers).toContainEqual(['allowed', 1]);
    await agent.stop();
  });
});

describe('an agent without a person', () => {
  it('refuses what a rule wants asked, and says so in the activity', async () => {
    await startAgent('--no-prompt');
    await agent.runOk('ssh-add', '-q', key.path);
    await agent.runOk('sallyport', 'rules', 'ask', 'always', await fingerprintOf(key));
    expect((await agent.run('ssh-add', '-T', key.publicPath)).code).not.toBe(0);
    // More often than a "no" lets a program ask again, as nobody has said it.
    expect((await agent.run('ssh-add', '-T', key.publicPath)).code).not.toBe(0);
    expect(await latest()).toMatchObject({
      answer: 'failed',
      reason: 'Nobody is asked, as the agent was started with --no-prompt.',
      requester: { purpose: { kind: 'unknown' } },
    });
    await agent.runOk('sallyport', 'rules', 'ask', 'default', await fingerprintOf(key));
    await agent.stop();
  });
});

describe('the program that asks', () => {
  const sign = (through: readonly string[] = []) => {
    const [program = '', ...args] = [
      ...through,
      ...['ssh-keygen', '-q', '-Y', 'sign', '-n', 'file', '-f', key.publicPath],
    ];
    return run(program, args, { env: agent.env, input: 'what is signed' });
  };

  const isRoot = process.geteuid?.() === 0;
  const ownProgram = async () =>
    (await runOk('sh', ['-c', 'readlink -f "$(command -v ssh-keygen)"'], space)).trim();

  /** Allows `program` alone and asks nobody else; the way back. */
  async function allowOnly(program: string): Promise<() => Promise<void>> {
    await agent.runOk('ssh-add', '-q', key.path);
    const rule = await agent.runOk('sallyport', 'rules', '--json', 'add', 'allow', '--program', program);
    await agent.runOk('sallyport', 'rules', 'ask', 'always');
    return async () => {
      await agent.runOk('sallyport', 'rules', 'remove', JSON.parse(rule).rules.at(-1).id);
      await agent.runOk('sallyport', 'rules', 'ask', 'never');
      await agent.stop();
    };
  }

  it('is known for 20 of 20 signatures of a client that ends at once', async () => {
    await startAgent('--no-prompt');
    await agent.runOk('ssh-add', '-q', key.path);
    for (let n = 0; n < 20; n++) expect((await sign()).code).toBe(0);
    const entries = (await activity()).slice(-20);
    expect(entries.map(({ answer }) => answer)).toEqual(Array(20).fill('allowed'));
    for (const { requester } of entries) {
      expect(requester.process?.executable).toMatch(/\/ssh-keygen$/);
      expect(requester.process?.parents[0]).toMatchObject({ pid: process.pid });
    }
    await agent.stop();
  });

  it.for([
    ['-m', isRoot],
    ['-Urm', true],
  ] as const)(
    'is not what another mount namespace has at its path, as rules go (unshare %s)',
    async ([flags, isFit], context) => {
      if (!isFit || (await run('unshare', [flags, 'true'], { env: space.env })).code !== 0)
        context.skip(`skipped: no mount namespace by unshare ${flags} here`);
      await startAgent('--no-prompt');
      const own = await ownProgram();
      const takeBack = await allowOnly(own);
      const foreign = space.path('foreign-ssh-keygen');
      await copyFile(own, foreign);
      const inNamespace = ['unshare', flags, 'sh', '-c', `mount --bind ${foreign} ${own} && exec "$@"`, 'sh'];
      expect((await sign()).code).toBe(0);
      expect((await sign(inNamespace)).code).not.toBe(0);
      expect((await latest())?.requester.process).toMatchObject({
        executable: own,
        otherFile: 'other-mount-namespace',
      });
      expect(await agent.runOk('sallyport', 'log')).toContain(`${own} (in another mount namespace)`);
      await takeBack();
    },
  );

  it('is not what a chroot has at its path, as rules go', async (context) => {
    const jail = space.path('jail');
    const chroot = [...(isRoot ? [] : ['unshare', '-Ur']), 'chroot', jail];
    await startAgent('--no-prompt');
    const own = await ownProgram();
    // A copy, with its libraries, the user's name, the public key and another name of the agent's socket.
    await runOk(
      'sh',
      [
        '-c',
        `mkdir -m 755 "$1" && cp --parents $(ldd "$2" | grep -o '/[^ ]*') "$2" /etc/passwd "$3" "$1"
        mkdir -p "$1/dev" "$1$(dirname "$4")" && touch "$1/dev/null" && ln "$4" "$1$4"`,
        ...['sh', jail, own, key.publicPath, agent.socketPath],
      ],
      space,
    );
    const [program = '', ...args] = [...chroot, own, '-l', '-f', key.publicPath];
    if ((await run(program, args, { env: agent.env })).code !== 0)
      context.skip('skipped: no chroot can be used here');
    const takeBack = await allowOnly(own);
    expect((await sign()).code).toBe(0);
    expect((await sign(chroot)).code).not.toBe(0);
    expect(await latest()).toMatchObject({
      answer: 'failed',
      requester: { process: { executable: `${jail}${own}` } },
    });
    await takeBack();
  });

  it('is none that a rule allows when the system does not say which it is', async (context) => {
    // Root may see the program of everybody but those with more capabilities; others none that they may not read.
    const through = ['setpriv', '--bounding-set=-sys_ptrace'];
    if (isRoot && (await run('setpriv', [...through.slice(1), 'true'], { env: space.env })).code !== 0)
      context.skip('skipped: setpriv can not drop a capability here');
    agent = await RunningAgent.start(space, { args: ['--no-prompt'], ...(isRoot && { through }) });
    const program = space.path('unreadable-ssh-keygen');
    await copyFile(await ownProgram(), program);
    const takeBack = await allowOnly(program);
    const args = ['-q', '-Y', 'sign', '-n', 'file', '-f', key.publicPath];
    const signBy = async (...[first = '', ...others]: string[]) =>
      (await run(first, [...others, ...args], { env: agent.env, input: 'x' })).code;
    // With no more capabilities than the agent it is seen, and allowed.
    expect(await signBy(...(isRoot ? through : []), program)).toBe(0);
    await chmod(program, 0o111);
    expect(await signBy(program)).not.toBe(0);
    const { requester, answer } = (await latest()) ?? {};
    expect([answer, requester?.process?.executable]).toEqual(['failed', undefined]);
    await takeBack();
  });
});
