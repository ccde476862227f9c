// Keys in a security key from their making to a login, by our own command, middleware from the person's list in its own
// process, and a person at the agent's terminal.
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { canCompileMiddleware, compileMiddleware, type SkDummy } from '../fakes/middleware/sk-dummy.ts';
import { describeWith } from './support/installed-programs.ts';
import { PseudoTerminal } from './support/pseudo-terminal.ts';
import { run, runOk, startProgram } from './support/run-program.ts';
import { type Sshd, sshArguments, startSshd } from './support/sshd.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
const programs = ['ssh', 'ssh-add', 'sshd', 'script'];
const ctrlC = '\x03';
const pin = '123456';
const made = {
  ed25519: ['-t', 'sk-ed25519'],
  ecdsa: ['-t', 'sk-ecdsa'],
  verified: ['-t', 'sk-ed25519', '--verify-required'],
  kept: ['-t', 'sk-ed25519', '--resident', '--application', 'ssh:kept'],
};
type Name = keyof typeof made;
const names = Object.keys(made) as Name[];

describeWith(canCompileMiddleware ? programs : [...programs, 'gcc and libssl-dev'], 'a key made here', () => {
  let dummy: SkDummy;
  let terminal: PseudoTerminal;
  let sshd: Sshd;
  let env: Readonly<Record<string, string>>;

  /** As it was before lines were broken for a narrow terminal. */
  const shows = async (pattern: RegExp) => (await terminal.shows(pattern)).replace(/\s+/g, ' ');
  const ours = (...args: readonly string[]) => runOk('sallyport', args, { env });
  const startLogin = (name: Name) => {
    const only = ['-o', 'IdentitiesOnly=yes', '-i', `${space.path(name)}.pub`];
    return startProgram('ssh', [...sshArguments(sshd, ...only), 'echo in'], { env });
  };
  const isIn = async (login: ReturnType<typeof startLogin>) => (await login.result).stdout === 'in\n';

  beforeAll(async () => {
    dummy = compileMiddleware(space.dir);
    const askpass = await space.write('askpass', `#!/bin/sh\necho ${pin}\n`, 0o700);
    const socketPath = space.path('agent.sock');
    const ofAgent = { ...space.env, ...dummy.env };
    env = { ...ofAgent, SSH_AUTH_SOCK: socketPath, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
    terminal = new PseudoTerminal(space, `sallyport agent --socket ${socketPath}`, ofAgent);
    await terminal.shows(/SSH_AGENT_PID=\d+; export SSH_AGENT_PID;\r\n/);
    await ours('security-keys', 'add', dummy.library);
    dummy.set('pin', pin);
    const make = (name: Name) =>
      ours('generate', '--no-passphrase', '-C', name, ...made[name], space.path(name));
    await Promise.all(names.map(make));
    const publicKey = (name: Name) => readFileSync(`${space.path(name)}.pub`, 'utf8').trim();
    const authorizedKeys = names.map((name) =>
      name === 'verified' ? `verify-required ${publicKey(name)}` : publicKey(name),
    );
    sshd = await startSshd(space, { name: 'host', authorizedKeys });
    for (const name of names) if (name !== 'kept') await ours('add', space.path(name));
  });
  afterEach(() => dummy.clear('untouched'));

  it.each(['ed25519', 'ecdsa'] as const)('logs in: %s', async (name) => {
    expect(await isIn(startLogin(name))).toBe(true);
  });

  it('and kept inside is loaded, and logs in', async () => {
    expect(await ours('security-keys', 'load')).toMatch(/^Loaded SHA256:\S+ \(ssh:kept\)\.\n$/);
    expect(await isIn(startLogin('kept'))).toBe(true);
  });

  it('to be verified has its PIN asked for on the terminal at each login, a wrong one again', async () => {
    for (const typed of [['000000', pin], [pin]]) {
      const login = startLogin('verified');
      for (const [index, attempt] of typed.entries()) {
        const question = await shows(/PIN: $/);
        expect(question).toContain('the PIN of your security key is needed, for this one use');
        expect(question).toContain('"verified"');
        expect(question).toMatch(new RegExp(`ssh \\(process ${login.child.pid}\\)`));
        expect(question.includes('The PIN is wrong')).toBe(index > 0);
        terminal.type(`${attempt}\n`);
      }
      expect(await isIn(login)).toBe(true);
    }
    expect(terminal.screen).not.toMatch(/000000|123456/);
  });

  it('that waits for its touch after the PIN is told on the terminal, and logs in when it is touched', async () => {
    dummy.set('untouched');
    const login = startLogin('verified');
    await terminal.shows(/PIN: $/);
    terminal.type(`${pin}\n`);
    const told = await shows(/Ctrl-C cancels the signature/);
    expect(told).toContain('touch your security key');
    expect(told).toContain('"verified"');
    dummy.clear('untouched');
    expect(await isIn(login)).toBe(true);
  });

  it('is not used where the person cancels at the touch, or at the PIN', async () => {
    dummy.set('untouched');
    const touching = startLogin('ed25519');
    await terminal.shows(/Ctrl-C cancels the signature/);
    terminal.type(ctrlC);
    expect(await isIn(touching)).toBe(false);
    dummy.clear('untouched');
    const touches = dummy.touches();
    const typing = startLogin('verified');
    await terminal.shows(/PIN: $/);
    terminal.type(ctrlC);
    expect(await isIn(typing)).toBe(false);
    expect(dummy.touches()).toBe(touches);
    // The agent, and the middleware's next process, go on.
    expect(await isIn(startLogin('ecdsa'))).toBe(true);
    expect((await run('ssh-add', ['-l'], { env })).stdout).toContain('verified');
  });
});
