// Keys on tokens, by SoftHSM: OpenSSH's clients against ours, what a PIN opens, and libraries that misbehave.
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { x509Of } from '../fakes/test-x509.ts';
import { Askpass } from './support/askpass.ts';
import { eventually } from './support/eventually.ts';
import { describeWith } from './support/installed-programs.ts';
import { makeKeyPair } from './support/key-pairs.ts';
import { OpensshAgent } from './support/other-agents.ts';
import { run, runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { buildStandIn, SoftTokens, softHsmPath, type TokenKeyType } from './support/soft-tokens.ts';
import { type Sshd, sshArguments, startSshd } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
const one = { label: 'token one', pin: '1234' };
const two = { label: 'token two', pin: '5678' };
const types: readonly [label: string, type: TokenKeyType][] = [
  ['rsa', 'rsa:2048'],
  ['p256', 'EC:prime256v1'],
  ['p384', 'EC:secp384r1'],
  ['p521', 'EC:secp521r1'],
  ['ed', 'EC:edwards25519'],
];

let tokens: SoftTokens;
let askpass: Askpass;
let agent: RunningAgent;
/** By label. */
const publicKeys = new Map<string, string>();

const publicKey = (label: string) => publicKeys.get(label) ?? '';
const listed = async (through: RunningAgent | OpensshAgent = agent) =>
  (await through.runOk('sh', '-c', 'ssh-add -L || true'))
    .trimEnd()
    .split('\n')
    .filter((line) => line.includes(' AAAA'));

/** Signs a text with `ssh-keygen -Y`, whose private half is in the agent. */
async function signing(label: string) {
  const path = await space.write(`only-${label}.pub`, `${publicKey(label)} ${label}\n`);
  return agent.startClient('sh', '-c', `echo text | ssh-keygen -q -Y sign -n file -f '${path}'`).result;
}
const isSigned = ({ code, stdout }: { code: number | null; stdout: string }) =>
  code === 0 && stdout.startsWith('-----BEGIN SSH SIGNATURE-----');

/** `ssh-add -s` or `-e`, with the PIN that it asks for. */
const sshAdd = async (
  args: readonly string[],
  pin = '',
  through: { env: Readonly<Record<string, string>> } = agent,
) => {
  const program = await space.write('pin-for-ssh-add', `#!/bin/sh\necho '${pin}'\n`, 0o700);
  const env = { ...through.env, SSH_ASKPASS: program, SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':none' };
  return run('ssh-add', args, { env });
};

async function answerPin(pin: string) {
  const question = await askpass.next();
  await question.answer(pin);
  return question;
}

async function answerConfirmation(status: number) {
  const question = await askpass.next();
  expect(question.kind).toBe('confirm');
  await question.answer('', status);
}

describeWith(['softhsm2-util', 'pkcs11-tool', 'sshd'], 'keys on tokens', () => {
  beforeAll(async () => {
    tokens = await SoftTokens.open(space);
    for (const token of [one, two]) await tokens.addToken(token.label, token.pin);
    for (const [index, [label, type]] of types.entries())
      await tokens.addKey(one, type, `0${index + 1}`, label);
    await tokens.addKey(two, 'EC:prime256v1', '01', 'other');
    askpass = await Askpass.install(space, 'askpass');
    agent = await RunningAgent.start(space, { args: [`--askpass=${askpass.program}`], env: tokens.env });
    const added = await agent.runOk('sallyport', 'tokens', 'add', softHsmPath);
    expect(added).toContain(': 2 tokens\n');
    // In the order of SoftHSM's folders, whose names are random.
    expect(added).toMatch(/^ {2}"token one", serial "?[\da-f]+"?: 5 keys, PIN asked for at the first use$/m);
    for (const line of await listed()) {
      const [algorithm, blob, label = ''] = line.split(' ');
      publicKeys.set(label, `${algorithm} ${blob}`);
    }
  });

  it('are listed without a PIN, the same that OpenSSH’s agent lists with one', async () => {
    expect([...publicKeys.keys()].sort()).toEqual([...types.map(([label]) => label), 'other'].sort());
    const control = await OpensshAgent.start(space, { ...tokens.env });
    expect((await sshAdd(['-s', softHsmPath], one.pin, control)).code).toBe(0);
    const theirs = (await listed(control)).map((line) => line.split(' ').slice(0, 2).join(' '));
    // Before 10.1 it knows no Ed25519 on tokens.
    const known = ['rsa', 'p256', 'p384', 'p521'].map(publicKey);
    expect(theirs.filter((key) => key !== publicKey('ed')).sort()).toEqual(known.sort());
    expect(askpass.waiting).toBe(0);
  });

  it('ask for the PIN of their token at its first use, a wrong one again, and never by themselves', async () => {
    const signed = signing('p256');
    const first = await answerPin('0000');
    expect(first.text).toContain('the PIN of "token one" is needed');
    const again = await askpass.next();
    expect(again.text).toMatch(/PIN is wrong\. Few tries are left/);
    await again.answer(one.pin);
    expect(isSigned(await signed)).toBe(true);
    for (const [label] of types) expect(isSigned(await signing(label))).toBe(true);
    expect(askpass.waiting).toBe(0);
  });

  it('have a PIN of their own on another token', async () => {
    const signed = signing('other');
    expect((await answerPin(two.pin)).text).toContain('the PIN of "token two');
    expect(isSigned(await signed)).toBe(true);
  });

  it('are closed by a lock', async () => {
    const { code } = await sshAdd(['-x'], 'secret');
    expect(code).toBe(0);
    expect(await listed()).toEqual([]);
    expect((await sshAdd(['-s', softHsmPath], one.pin)).code).not.toBe(0);
    await sshAdd(['-X'], 'secret');
    const signed = signing('ed');
    await answerPin(one.pin);
    expect(isSigned(await signed)).toBe(true);
  });

  it('sign a commit', async () => {
    const cwd = space.path('repository');
    await agent.runOk('git', 'init', '-q', cwd);
    const git = (...args: string[]) => agent.runOk('git', '-C', cwd, ...args);
    const signers = await space.write('signers', `me@example.org ${publicKey('ed')}\n`);
    for (const [name, value] of [
      ['user.name', 'Somebody'],
      ['user.email', 'me@example.org'],
      ['gpg.format', 'ssh'],
      ['user.signingKey', await space.write('ed.pub', `${publicKey('ed')}\n`)],
      ['gpg.ssh.allowedSignersFile', signers],
    ] as const)
      await git('config', name, value);
    await git('commit', '-q', '--allow-empty', '-S', '-m', 'signed');
    await git('verify-commit', 'HEAD');
    for (const [label] of types)
      await agent.runOk('ssh-add', '-T', await space.write(`${label}.pub`, `${publicKey(label)}\n`));
  });

  describe('in logins', () => {
    let hosts: Record<'a' | 'b', Sshd>;
    let knownHosts: string;
    beforeAll(async () => {
      const start = (name: string) => startSshd(space, { name, authorizedKeys: [...publicKeys.values()] });
      const [a, b] = await Promise.all([start('host-a'), start('host-b')]);
      hosts = { a, b };
      const known = [a, b].map((host) => readFileSync(host.knownHostsPath, 'utf8')).join('');
      knownHosts = await space.write('known_hosts', known);
    });

    const logIn = async (host: Sshd, label: string, command = 'cat $SSH_USER_AUTH', ...more: string[]) => {
      const path = await space.write(`${label}.pub`, `${publicKey(label)}\n`);
      const options = ['-o', 'IdentitiesOnly=yes', '-i', path, ...more];
      return agent.run('ssh', ...sshArguments(host, ...options), command);
    };

    it('work with each kind', async () => {
      for (const [label] of types)
        expect((await logIn(hosts.a, label)).stdout).toBe(`publickey ${publicKey(label)}\n`);
    });

    it('keep to destinations and ask for confirmation when ssh-add -s says so, and a machine elsewhere loads nothing', async () => {
      const added = await sshAdd(['-c', '-H', knownHosts, '-h', 'host-a', '-s', softHsmPath], '');
      expect(added.code).toBe(0);
      const reached = logIn(hosts.a, 'ed');
      await answerConfirmation(0);
      await answerPin(one.pin);
      expect((await reached).stdout).toBe(`publickey ${publicKey('ed')}\n`);
      expect((await logIn(hosts.b, 'ed')).code).not.toBe(0);
      // By removing and adding again nobody is free of them.
      expect((await sshAdd(['-e', softHsmPath])).code).toBe(0);
      expect(await listed()).toEqual([]);
      expect((await sshAdd(['-s', softHsmPath])).code).toBe(0);
      expect((await logIn(hosts.b, 'ed')).code).not.toBe(0);
      const refused = logIn(hosts.a, 'ed');
      await answerConfirmation(1);
      expect((await refused).code).not.toBe(0);
      await agent.runOk('sallyport', 'tokens', 'remove', softHsmPath);
      await agent.runOk('sallyport', 'tokens', 'add', softHsmPath);
      // From inside a login with the agent forwarded.
      const inside = await space.write('no-pin', '#!/bin/sh\necho\n', 0o700);
      const forwarding = (what: string) =>
        logIn(
          hosts.b,
          'ed',
          `SSH_ASKPASS=${inside} SSH_ASKPASS_REQUIRE=force ssh-add ${what} ${softHsmPath}; ssh-add -L`,
          '-A',
        );
      const session = forwarding('-s');
      await answerPin(one.pin);
      expect((await session).stderr).toContain('agent refused operation');
      const removal = await forwarding('-e');
      expect(removal.stderr).toContain('agent refused operation');
      expect(removal.stdout).toContain(publicKey('ed'));
    });
  });

  it('are listed and sign by X.509 certificates, where the token shows no public key', async () => {
    for (const [token, id, label] of [
      [one, '01', 'rsa'],
      [two, '01', 'other'],
    ] as const) {
      const blob = Buffer.from(publicKey(label).split(' ')[1] ?? '', 'base64');
      const certificate = await space.write(`${label}.cer`, x509Of(blob, label));
      await tokens.replaceByCertificate(token, id, certificate, `certificate-of-${label}`);
    }
    await agent.runOk('sallyport', 'tokens', 'remove', softHsmPath);
    await agent.runOk('sallyport', 'tokens', 'add', softHsmPath);
    const lines = await listed();
    expect(lines).toHaveLength(6);
    for (const label of ['rsa', 'other']) {
      expect(lines).toContain(`${publicKey(label)} certificate-of-${label}`);
      const signed = signing(label);
      await answerPin(label === 'rsa' ? one.pin : two.pin);
      expect(isSigned(await signed)).toBe(true);
    }
  });

  it('are there again at the next start, and not when the library was removed', async () => {
    const start = () => RunningAgent.start(space, { args: ['--no-prompt'], env: tokens.env });
    const again = await start();
    await expect.poll(() => listed(again)).toHaveLength(6);
    await again.stop();
    await agent.runOk('sallyport', 'tokens', 'remove', softHsmPath);
    expect(await listed()).toEqual([]);
    expect((await sshAdd(['-s', softHsmPath])).code).not.toBe(0);
    const without = await start();
    expect(await listed(without)).toEqual([]);
    await without.stop();
  });
});

describeWith(['gcc'], 'a library for tokens', () => {
  let library: Awaited<ReturnType<typeof buildStandIn>>;
  let guarded: RunningAgent;
  const behave = (what: string) => writeFileSync(library.settings, what);
  const tries = () =>
    existsSync(`${library.settings}.tries`) ? readFileSync(`${library.settings}.tries`, 'utf8') : '';
  /** Resolves when it hangs there. */
  const hanging = (where: string) =>
    eventually(`it is in ${where}`, () => {
      const noted = `${library.settings}.hangs`;
      return existsSync(noted) && readFileSync(noted, 'utf8') === where;
    });
  const add = (path: string) => guarded.run('sallyport', 'tokens', 'add', path);
  const keyOfIt = async () => (await listed(guarded)).find((line) => line.endsWith(' a key of it'));

  beforeAll(async () => {
    library = await buildStandIn(space);
    askpass = await Askpass.install(space, 'askpass-of-stand-in');
    guarded = await RunningAgent.start(space, { args: [`--askpass=${askpass.program}`], env: library.env });
    const key = await makeKeyPair(space, 'of-a-file');
    await guarded.runOk('ssh-add', '-q', key.path);
  });

  it.each([
    ['that is none', () => '/etc/passwd', 'The file is no library for this system.'],
    ['that is not there', () => space.path('nowhere.so'), 'There is no file at this path.'],
    ['that others may write', () => openToOthers(), 'as others could have written it. Other users may write'],
    ['for another processor', () => forArm(), 'for another processor (64-bit ARM)'],
    ['that is for something else', () => otherLibrary(), 'is a library, but none for tokens (PKCS#11)'],
  ])('is not taken: %s', async (_what, path, sentence) => {
    const { code, stderr } = await add(await path());
    expect(stderr).toContain(sentence);
    expect(code).toBe(1);
    expect(await guarded.runOk('sallyport', 'tokens')).toBe('No library for tokens is used.\n');
  });

  async function openToOthers(): Promise<string> {
    const path = await space.write('open.so', readFileSync(library.path), 0o700);
    chmodSync(path, 0o777);
    return path;
  }
  function forArm(): Promise<string> {
    const bytes = readFileSync(library.path);
    bytes.writeUInt16LE(183, 18);
    return space.write('arm.so', bytes, 0o700);
  }
  async function otherLibrary(): Promise<string> {
    const source = await space.write('empty.c', 'int nothing;\n');
    await runOk('gcc', ['-shared', '-fPIC', '-o', space.path('empty.so'), source], { env: space.env });
    return space.path('empty.so');
  }

  it('is not loaded by ssh-add -s unless the person has chosen it', async () => {
    const { code } = await sshAdd(['-s', library.path], '1234', guarded);
    expect(code).not.toBe(0);
    expect(tries()).toBe('');
  });

  it('stays loaded when memory is cleaned up', async () => {
    const binding = new URL('../../main/key-stores/pkcs11/library/cryptoki.ts', import.meta.url).href;
    const code = `
      const { Cryptoki } = await import(${JSON.stringify(binding)});
      const library = new Cryptoki(${JSON.stringify(library.path)});
      // What refers to a library natively is released some turns later.
      for (let turn = 0; turn < 5; turn++) {
        gc();
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      console.log(library.description);`;
    const args = ['--expose-gc', '--input-type=module', '-e', code];
    const output = await runOk(process.execPath, args, { env: { ...space.env, ...library.env } });
    expect(output).toBe('A stand-in for PKCS#11\n');
  });

  it('that crashes when it is loaded is not taken', async () => {
    behave('crash-load');
    const { code, stderr } = await add(library.path);
    expect([code, stderr]).toEqual([1, expect.stringContaining('The library for the token crashed.')]);
  });

  it('lists its keys, holds up nobody when it hangs or crashes, and comes back', async () => {
    behave('');
    await expect.poll(async () => (await add(library.path)).code).toBe(0);
    expect(await keyOfIt()).toBeDefined();
    for (const what of ['crash-list', 'lie']) {
      behave(what);
      expect((await listed(guarded)).some((line) => line.includes('of-a-file'))).toBe(true);
      behave('');
      await expect.poll(keyOfIt).toBeDefined();
    }
    behave('hang-list');
    for (const _ of [1, 2]) {
      const begun = performance.now();
      expect((await listed(guarded)).some((line) => line.includes('of-a-file'))).toBe(true);
      expect(performance.now() - begun).toBeLessThan(2_000);
    }
    behave('');
    await expect.poll(keyOfIt).toBeDefined();
  });

  const signed = async () => {
    const path = await space.write('stand-in.pub', `${await keyOfIt()}\n`);
    return guarded.startClient('sh', '-c', `echo text | ssh-keygen -q -Y sign -n file -f '${path}'`).result;
  };

  it('whose PIN has one try left says so before, and is not tried by itself', async () => {
    behave('final');
    await expect
      .poll(async () => (await guarded.run('sallyport', 'tokens')).stdout)
      .toContain('one try left');
    const result = signed();
    const question = await askpass.next();
    expect(question.text).toContain('stand-in, one try left');
    await question.answer('0000');
    const again = await askpass.next();
    expect(again.text).toMatch(/One try is left/);
    await again.cancel();
    expect((await result).code).not.toBe(0);
    expect(tries()).toBe('1 0000\n');
  });

  it('whose PIN is locked is not tried at all, and the log says what to do', async () => {
    behave('locked');
    await expect.poll(async () => (await guarded.run('sallyport', 'tokens')).stdout).toContain('locked');
    const { code } = await sshAdd(['-s', library.path], '1234', guarded);
    expect(code).not.toBe(0);
    expect(tries()).toBe('1 0000\n');
    expect(guarded.log()).toContain('The PIN of the token is locked');
  });

  it('that crashes in a signature, or makes a bad one, fails that alone; its PIN is asked for anew after a crash', async () => {
    behave('bad-sign');
    await expect.poll(async () => (await guarded.run('sallyport', 'tokens')).stdout).not.toContain('locked');
    expect((await sshAdd(['-s', library.path], '1234', guarded)).code).toBe(0);
    expect(tries()).toBe('1 0000\n1 1234\n');
    expect((await signed()).code).not.toBe(0);
    expect(guarded.log()).toContain('made a signature that is not good');
    behave('crash-sign');
    expect((await signed()).code).not.toBe(0);
    expect(guarded.log()).toContain('The library for the token crashed.');
    behave('');
    await expect.poll(keyOfIt).toBeDefined();
    const result = signed();
    await (await askpass.next()).cancel();
    expect((await result).code).not.toBe(0);
  });

  it('whose token is pulled out loses its keys, and has them again', async () => {
    behave('no-token');
    await expect.poll(keyOfIt).toBeUndefined();
    behave('');
    await expect.poll(keyOfIt).toBeDefined();
  });

  it('that hangs in a signature holds up no other key, and ends with its client’s patience', async () => {
    behave('');
    expect((await sshAdd(['-s', library.path], '1234', guarded)).code).toBe(0);
    behave('hang-sign');
    const path = await space.write('stand-in.pub', `${await keyOfIt()}\n`);
    const client = guarded.startClient('ssh-keygen', '-q', '-Y', 'sign', '-n', 'file', '-f', path);
    await hanging('hang-sign');
    await guarded.runOk('ssh-add', '-T', space.path('of-a-file.pub'));
    client.child.kill('SIGKILL');
    behave('');
    await expect.poll(keyOfIt).toBeDefined();
  });

  /** In a new process that has no PIN, and as nobody had asked for anything. */
  const startAnew = async (how: string) => {
    await guarded.runOk('sallyport', 'tokens', 'remove', library.path);
    rmSync(`${library.settings}.tries`, { force: true });
    behave(how);
    await guarded.runOk('sallyport', 'tokens', 'add', library.path);
  };

  it('whose key wants its PIN for each signature is given it for one alone', async () => {
    await startAnew('always');
    for (const _ of [1, 2]) {
      const result = signed();
      await answerPin('1234');
      expect(isSigned(await result)).toBe(true);
    }
    expect(tries()).toBe('1 1234\n2 1234\n'.repeat(2));
  });

  it('whose PIN is entered at the reader has it asked for there, and by us nowhere', async () => {
    await startAnew('reader, reader-left');
    expect(await guarded.runOk('sallyport', 'tokens')).toContain('PIN asked for at the reader');
    expect(isSigned(await signed())).toBe(false);
    expect(guarded.log()).toContain('The PIN was not entered at the reader.');
    behave('reader');
    expect(isSigned(await signed())).toBe(true);
    expect(tries()).toBe('1 \n1 \n');
    expect(askpass.waiting).toBe(0);
  });

  it('that hangs when it is given a PIN holds up no other key, and is signed out when nobody waits any more', async () => {
    await startAnew('hang-login');
    const path = await space.write('stand-in.pub', `${await keyOfIt()}\n`);
    const client = guarded.startClient('ssh-keygen', '-q', '-Y', 'sign', '-n', 'file', '-f', path);
    await answerPin('1234');
    await hanging('hang-login');
    await guarded.runOk('ssh-add', '-T', space.path('of-a-file.pub'));
    client.child.kill('SIGKILL');
    behave('');
    const result = signed();
    await (await askpass.next()).cancel();
    expect((await result).code).not.toBe(0);
    expect(tries()).toBe('1 1234\n');
  });

  it('has its keys for as long as ssh-add -t says', async () => {
    await startAnew('');
    expect((await sshAdd(['-t', '1', '-s', library.path], '', guarded)).code).toBe(0);
    await expect.poll(keyOfIt).toBeUndefined();
    expect((await sshAdd(['-s', library.path], '', guarded)).code).toBe(0);
    expect((await add(library.path)).code).toBe(0);
    await expect.poll(keyOfIt).toBeDefined();
  });

  it('that hangs when it is loaded holds up no other key, and has its own there when it goes on', async () => {
    behave('hang-load');
    const other = await RunningAgent.start(space, { args: ['--no-prompt'], env: library.env });
    await hanging('hang-load');
    await other.runOk('ssh-add', '-q', space.path('of-a-file'));
    const begun = performance.now();
    expect(await listed(other)).toEqual([expect.stringContaining('of-a-file')]);
    expect(performance.now() - begun).toBeLessThan(2_000);
    await other.runOk('ssh-add', '-T', space.path('of-a-file.pub'));
    behave('');
    await expect.poll(() => listed(other)).toHaveLength(2);
    await other.stop();
  });
});
