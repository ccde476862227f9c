// Questions on a real terminal: what is typed, what counts as consent, and what a background job may do.
import { beforeAll, expect, it } from 'vitest';
import { eventually, isAlive } from './support/eventually.ts';
import { describeWith } from './support/installed-programs.ts';
import { type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { stateOf } from './support/process-facts.ts';
import { PseudoTerminal } from './support/pseudo-terminal.ts';
import { startProgram } from './support/run-program.ts';
import { openWorkspace } from './support/workspace.ts';

const ctrlC = '\x03';
const typeYes = /Type "yes" to allow, anything else to refuse: $/;

describeWith(['script'], 'on a terminal', () => {
  const space = openWorkspace();
  const passphrase = 'pass phrase';
  let key: KeyPair;
  let encrypted: KeyPair;
  let sockets = 0;

  beforeAll(async () => {
    [key, encrypted] = await Promise.all([
      makeKeyPair(space, 'key'),
      makeKeyPair(space, 'encrypted', { passphrase, options: ['-a', '1'] }),
    ]);
  });

  /** An agent in the foreground of a terminal, and its clients elsewhere. */
  async function agentOnTerminal(...args: readonly string[]) {
    const socketPath = space.path(`terminal-${++sockets}.sock`);
    const terminal = new PseudoTerminal(
      space,
      `sallyport agent --socket ${socketPath} ${args.join(' ')}`,
      space.env,
    );
    const announced = await terminal.shows(/SSH_AGENT_PID=\d+; export SSH_AGENT_PID;\r\n/);
    const pid = Number(/PID=(\d+)/.exec(announced)?.[1]);
    const env = { ...space.env, SSH_AUTH_SOCK: socketPath };
    const client = (program: string, ...clientArgs: readonly string[]) =>
      startProgram(program, clientArgs, { env });
    return { terminal, pid, client };
  }

  it.each([
    ['yes\n', 0],
    ['YES\n', 0],
    ['no\n', 1],
    ['\n', 1],
    ['y\n', 1],
    ['yes please\n', 1],
    [ctrlC, 1],
  ])('typing %j when a key asks before its use ends the client with %i', async (typed, code) => {
    const { terminal, client, pid } = await agentOnTerminal('--confirm', key.path);
    await terminal.shows(/Added key/);
    const signing = client('ssh-add', '-T', key.publicPath);
    const question = await terminal.shows(typeYes);
    expect(question).toContain('"key"');
    expect(question).toMatch(new RegExp(`ssh-add \\(process ${signing.child.pid}\\)`));
    terminal.type(typed);
    expect((await signing.result).code === 0).toBe(code === 0);
    // Neither answer nor Ctrl-C has ended the agent.
    expect((await client('ssh-add', '-l').result).code).toBe(0);
    process.kill(pid, 'SIGTERM');
    await terminal.ended();
  });

  it('shows no typed passphrase, asks again after a wrong one, and decrypts the key', async () => {
    const { terminal, client, pid } = await agentOnTerminal('--encrypted', encrypted.path);
    await terminal.shows(/Added key/);
    const signing = client('ssh-add', '-T', encrypted.publicPath);
    await terminal.shows(/Passphrase: $/);
    terminal.type('wrong\n');
    expect(await terminal.shows(/Passphrase: $/)).toContain('does not open this key');
    terminal.type(`x\x15${passphrase}\n`);
    expect((await signing.result).code).toBe(0);
    expect(terminal.screen).not.toContain(passphrase);
    expect(terminal.screen).not.toContain('wrong');
    process.kill(pid, 'SIGTERM');
    await terminal.ended();
  });

  it('takes a question back when its client is gone', async () => {
    const { terminal, client, pid } = await agentOnTerminal('--encrypted', encrypted.path);
    await terminal.shows(/Added key/);
    const signing = client('ssh-add', '-T', encrypted.publicPath);
    await terminal.shows(/Passphrase: $/);
    signing.child.kill('SIGKILL');
    await terminal.shows(/No answer is needed any more/);
    process.kill(pid, 'SIGTERM');
    await terminal.ended();
  });

  it('Ctrl-C ends the agent when it asks nothing', async () => {
    const { terminal, pid } = await agentOnTerminal();
    terminal.type(ctrlC);
    await terminal.ended();
    await eventually('the agent ends', () => !isAlive(pid));
  });

  it('asks for the passphrase of a file that is added', async () => {
    const command = `sallyport agent --socket ${space.path('add.sock')} -- sh -c 'sallyport add ${encrypted.path} && ssh-add -l'`;
    const terminal = new PseudoTerminal(space, command, space.env);
    await terminal.shows(/Passphrase: $/);
    terminal.type(`${passphrase}\n`);
    expect(await terminal.shows(/ED25519\)/)).toContain('Added key');
    expect(await terminal.ended()).toBe(0);
    expect(terminal.screen).not.toContain(passphrase);
  });

  it('a background job is neither stopped nor does it ask: it refuses', async () => {
    const socketPath = space.path('job.sock');
    const terminal = new PseudoTerminal(space, 'sh -i', { ...space.env, PS1: 'prompt> ' });
    await terminal.shows(/prompt> $/);
    terminal.type(`sallyport agent --confirm --socket ${socketPath} ${key.path} &\n`);
    await terminal.shows(/Added key/);
    const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(terminal.screen)?.[1]);
    const env = { ...space.env, SSH_AUTH_SOCK: socketPath };
    const signing = startProgram('ssh-add', ['-T', key.publicPath], { env });
    expect((await signing.result).code).not.toBe(0);
    expect(stateOf(pid)).not.toBe('T');
    expect(terminal.screen).not.toContain('Type "yes"');
    const listing = startProgram('ssh-add', ['-l'], { env });
    expect((await listing.result).code).toBe(0);
    // The shell still has its terminal.
    terminal.type('echo still "here"; kill %1; wait; exit 0\n');
    await terminal.shows(/still here/);
    expect(await terminal.ended()).toBe(0);
  });
});
