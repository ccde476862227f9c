// The agent on a socket that systemd has made: started by its first client.
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventually } from './support/eventually.ts';
import { describeWith } from './support/installed-programs.ts';
import { type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { run, startProgram } from './support/run-program.ts';
import { openWorkspace } from './support/workspace.ts';

describeWith(['systemd-socket-activate', 'ssh-add'], 'an agent that systemd starts', () => {
  const space = openWorkspace();
  let sockets = 0;

  /** The socket with an agent behind it that is told of `named`. */
  async function activate(mode: number, named?: string, key?: KeyPair) {
    const dir = space.path(`activated-${++sockets}`);
    mkdirSync(dir, { mode: 0o700 });
    const socket = `${dir}/agent.sock`;
    const agent = [
      'sallyport',
      'agent',
      '--no-prompt',
      '--socket',
      named ?? socket,
      ...(key ? [key.path] : []),
    ];
    const program = startProgram('systemd-socket-activate', ['-l', socket, ...agent], {
      env: space.env,
      timeoutMs: 60_000,
    });
    space.defer(() => void program.child.kill('SIGTERM'));
    await eventually('systemd listens', () => existsSync(socket));
    chmodSync(socket, mode);
    return { program, socket, client: { env: { ...space.env, SSH_AUTH_SOCK: socket } } };
  }

  it('answers the client that it was started by, and leaves the socket to systemd', async () => {
    const key = await makeKeyPair(space, 'activated');
    const { program, socket, client } = await activate(0o600);
    expect(await run('ssh-add', ['-l'], client)).toMatchObject({
      code: 1,
      stdout: 'The agent has no identities.\n',
    });
    expect((await run('ssh-add', [key.path], client)).code).toBe(0);
    expect((await run('ssh-add', ['-T', key.publicPath], client)).code).toBe(0);
    program.child.kill('SIGTERM');
    await program.result;
    expect(statSync(socket).isSocket()).toBe(true);
  });

  it.each([
    ['others may use', 0o666, undefined, 'Others may use the socket'],
    ['it was not told of', 0o600, '/nonexistent-place/agent.sock', 'not /nonexistent-place/agent.sock'],
  ])('is refused a socket that %s', async (_, mode, named, words) => {
    const { program, client } = await activate(mode, named);
    const asked = run('ssh-add', ['-l'], { ...client, timeoutMs: 60_000 });
    const { code, stderr } = await program.result;
    expect([code, stderr]).toEqual([1, expect.stringContaining(words)]);
    expect((await asked).code).not.toBe(0);
  });

  it('has units that name the place where all of the command looks', () => {
    const unit = (name: string) => readFileSync(`build/systemd/${name}`, 'utf8');
    expect(unit('sallyport.socket')).toContain('ListenStream=%t/sallyport/agent.sock\nSocketMode=0600\n');
    expect(unit('sallyport.service')).toContain('agent --socket %t/sallyport/agent.sock\n');
  });
});
