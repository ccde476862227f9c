// Keys on tokens, by SoftHSM: OpenSSH's clients against ours, what a PIN opens, and libraries that misbehave.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { x509Of } from '../fakes/test-x509.ts';
import { Askpass } from './support/askpass.ts';
import { describeWith } from './support/installed-programs.ts';
import { OpensshAgent } from './support/other-agents.ts';
import { RunningAgent } from './support/running-agent.ts';
import { SoftTokens, softHsmPath, type TokenKeyType } from './support/soft-tokens.ts';
import { type Sshd, sshArguments, startSshd } from './support/sshd.ts';
import { isSigned, listedKeys, sshAdd } from './support/token-clients.ts';
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
const listed = (through: RunningAgent | OpensshAgent = agent) => listedKeys(through);

/** Signs a text with `ssh-keygen -Y`, whose private half is in the agent. */
async function signing(label: string) {
  const path = await space.write(`only-${label}.pub`, `${publicKey(label)} ${label}\n`);
  return agent.startClient('sh', '-c', `echo text | ssh-keygen -q -Y sign -n file -f '${path}'`).result;
}

/** `ssh-add`, with the PIN that it asks for. */
const addByClient = (args: readonly string[], pin?: string, through: RunningAgent | OpensshAgent = agent) =>
  sshAdd(space, through, args, pin);

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
    expect((await addByClient(['-s', softHsmPath], one.pin, control)).code).toBe(0);
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
    const labels = types.map(([label]) => label);
    for (const result of await Promise.all(labels.map(signing))) expect(isSigned(result)).toBe(true);
    expect(askpass.waiting).toBe(0);
  });

  it('have a PIN of their own on another token', async () => {
    const signed = signing('other');
    expect((await answerPin(two.pin)).text).toContain('the PIN of "token two');
    expect(isSigned(await signed)).toBe(true);
  });

  it('are closed by a lock', async () => {
    const { code } = await addByClient(['-x'], 'secret');
    expect(code).toBe(0);
    expect(await listed()).toEqual([]);
    expect((await addByClient(['-s', softHsmPath], one.pin)).code).not.toBe(0);
    await addByClient(['-X'], 'secret');
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
      const logins = types.map(async ([label]) => (await logIn(hosts.a, label)).stdout);
      expect(await Promise.all(logins)).toEqual(types.map(([label]) => `publickey ${publicKey(label)}\n`));
    });

    it('keep to destinations and ask for confirmation when ssh-add -s says so, and a machine elsewhere loads nothing', async () => {
      const added = await addByClient(['-c', '-H', knownHosts, '-h', 'host-a', '-s', softHsmPath], '');
      expect(added.code).toBe(0);
      const reached = logIn(hosts.a, 'ed');
      await answerConfirmation(0);
      await answerPin(one.pin);
      expect((await reached).stdout).toBe(`publickey ${publicKey('ed')}\n`);
      expect((await logIn(hosts.b, 'ed')).code).not.toBe(0);
      // By removing and adding again nobody is free of them.
      expect((await addByClient(['-e', softHsmPath])).code).toBe(0);
      expect(await listed()).toEqual([]);
      expect((await addByClient(['-s', softHsmPath])).code).toBe(0);
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
    expect((await addByClient(['-s', softHsmPath])).code).not.toBe(0);
    const without = await start();
    expect(await listed(without)).toEqual([]);
    await without.stop();
  });
});
