// The command as shells run it: eval, --background, --stop, signals, exit statuses, sockets that are in the way.
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MessageClient } from '../fakes/message-client.ts';
import { eventually, isAlive } from './support/eventually.ts';
import { describeWith } from './support/installed-programs.ts';
import { makeKeyPair } from './support/key-pairs.ts';
import { run, shellCommand } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { openWorkspace } from './support/workspace.ts';

const space = openWorkspace();
const { env } = space;
const sallyport = (...args: readonly string[]) => run('sallyport', args, { env });

describe.each(['sh', 'bash'])('in %s', (shell) => {
  describeWith([shell], 'the command', () => {
    const runScript = (script: string, change: Readonly<Record<string, string>> = {}) =>
      // Whatever fails, the agent that went to the background is ended.
      run(shell, ['-c', `trap 'kill "$SSH_AGENT_PID" 2> /dev/null' EXIT\n${script}`], {
        env: { ...env, ...change },
      });

    it('stays in the background after eval, and ends with --stop', async () => {
      const socketPath = space.path(`${shell}-background.sock`);
      const { code, stdout, stderr } = await runScript(`
        eval "$(sallyport agent --background --no-prompt --socket ${socketPath})" || exit 9
        echo "$SSH_AUTH_SOCK" "$SSH_AGENT_PID"
        kill -0 "$SSH_AGENT_PID" || exit 8
        ssh-add -l
        eval "$(sallyport agent --stop)" || exit 7
        echo "\${SSH_AUTH_SOCK-unset} \${SSH_AGENT_PID-unset}"
        exit 0
      `);
      expect([code, stderr]).toEqual([0, '']);
      const [told, address = '', listing, after] = stdout.split('\n');
      expect(told).toBe(`Agent pid ${address.split(' ')[1]}`);
      expect(address.split(' ')[0]).toBe(socketPath);
      expect(listing).toBe('The agent has no identities.');
      expect(after).toBe('unset unset');
      await eventually('the agent ends', () => !isAlive(Number(address.split(' ')[1])));
      expect(existsSync(socketPath)).toBe(false);
    });

    it('listens below XDG_RUNTIME_DIR by default, for this user alone', async () => {
      const runtimeDir = space.path(`${shell}-runtime`);
      const { code, stdout } = await runScript(
        `
        mkdir -m 700 "$XDG_RUNTIME_DIR"
        eval "$(sallyport agent --background --no-prompt)" || exit 9
        stat -c '%a %F' "$SSH_AUTH_SOCK" "$XDG_RUNTIME_DIR/sallyport"
        echo "$SSH_AUTH_SOCK"
        unset SSH_AUTH_SOCK
        sallyport list 2>&1
        SSH_AGENT_PID= sallyport agent --stop > /dev/null || exit 7
        unset SSH_AGENT_PID
        exit 0
        `,
        { XDG_RUNTIME_DIR: runtimeDir },
      );
      expect(code).toBe(0);
      expect(stdout.split('\n').slice(0, 5)).toEqual([
        expect.stringMatching(/^Agent pid \d+$/),
        '1600 socket',
        '700 directory',
        `${runtimeDir}/sallyport/agent.sock`,
        'sallyport: The agent has no keys, or it is locked.',
      ]);
      expect(existsSync(`${runtimeDir}/sallyport/agent.sock`)).toBe(false);
    });

    it('has a fresh private directory for a command, in that of its user, and removes it', async () => {
      const own = join(space.path('tmp'), `sallyport-${process.getuid?.()}`);
      const { stdout, code } = await run(
        'sallyport',
        [
          'agent',
          '--',
          shell,
          '-c',
          `
        stat -c %a "$(dirname "$SSH_AUTH_SOCK")" "$SSH_AUTH_SOCK"; dirname "$SSH_AUTH_SOCK"`,
        ],
        { env },
      );
      expect(code).toBe(0);
      const [dirMode, socketMode, dir = ''] = stdout.split('\n');
      expect([dirMode, socketMode]).toEqual(['700', '1600']);
      expect(dirname(dir)).toBe(own);
      expect(readdirSync(own)).toEqual(['.keep']);
    });
  });
});

describe('with a command after --', () => {
  const withCommand = (...command: readonly string[]) =>
    sallyport('agent', '--no-prompt', '--socket', space.path('command.sock'), '--', ...command);

  it('has both variables set, prints nothing itself and hands arguments on as they are', async () => {
    const { code, stdout, stderr } = await withCommand(
      'sh',
      '-c',
      'ssh-add -l; kill -0 $SSH_AGENT_PID && printf "%s|" "$@"',
      'sh',
      'two words',
      '--help',
      '',
    );
    expect([code, stdout, stderr]).toEqual([0, 'The agent has no identities.\ntwo words|--help||', '']);
    expect(existsSync(space.path('command.sock'))).toBe(false);
  });

  it.each([
    ['exit 0', 0],
    ['exit 3', 3],
    ['exit 255', 255],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
  ])('ends with the exit status of "%s": %i', async (script, status) => {
    expect((await withCommand('sh', '-c', script)).code).toBe(status);
  });

  it('ends with 127 for a command that is not there, and 126 for one that can not be run', async () => {
    expect((await withCommand('no-such-command')).code).toBe(127);
    expect((await withCommand(await space.write('not-executable', ''))).code).toBe(126);
  });

  it('adds key files before the command runs', async () => {
    const key = await makeKeyPair(space, 'with-command');
    const socket = space.path('with-key.sock');
    const { stdout } = await sallyport('agent', '--socket', socket, key.path, '--', 'ssh-add', '-L');
    expect(stdout).toBe(`${key.publicKey} ${key.comment}\n`);
  });
});

describe('signals', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    '%s ends the agent, which removes its socket',
    async (signal) => {
      const agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
      expect(existsSync(agent.socketPath)).toBe(true);
      process.kill(agent.pid, signal);
      await eventually('the agent ends', () => !agent.isAlive);
      expect(existsSync(agent.socketPath)).toBe(false);
    },
  );

  it('a terminated agent ends with its clients connected', async () => {
    const agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
    const client = await MessageClient.connect({ path: agent.socketPath });
    expect(await client.request(Uint8Array.of(11))).toEqual(Uint8Array.of(12, 0, 0, 0, 0));
    process.kill(agent.pid, 'SIGTERM');
    await client.end();
    await eventually('the agent ends', () => !agent.isAlive);
    client.socket.destroy();
    expect(existsSync(agent.socketPath)).toBe(false);
  });
});

describe('a socket that is there already', () => {
  it('is refused when an agent listens on it, with a message of one line that names the process', async () => {
    await using agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
    const { code, stdout, stderr } = await sallyport('agent', '--no-prompt', '--socket', agent.socketPath);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`process ${agent.pid}`);
    expect((await agent.run('ssh-add', '-l')).code).toBe(1);
  });

  it('is replaced when nobody listens on it', async () => {
    const socketPath = space.path('stale.sock');
    const agent = shellCommand(['sallyport', 'agent', '--no-prompt', '--socket', socketPath]);
    const waitAndKill = `while [ ! -S ${socketPath} ]; do sleep 0.05; done; kill -KILL $!`;
    const killed = await run('sh', ['-c', `${agent} > /dev/null & ${waitAndKill}`], { env });
    expect(killed.code).toBe(0);
    expect(existsSync(socketPath)).toBe(true);
    const { code } = await sallyport('agent', '--no-prompt', '--socket', socketPath, '--', 'ssh-add', '-l');
    expect(code).toBe(1);
    expect(existsSync(socketPath)).toBe(false);
  });

  it('is kept when it is no socket', async () => {
    const path = await space.write('precious', 'content');
    const { code, stderr } = await sallyport('agent', '--no-prompt', '--socket', path);
    expect(code).toBe(1);
    expect(stderr).toContain(path);
    expect(await readFile(path, 'utf8')).toBe('content');
    expect(lstatSync(path).isFile()).toBe(true);
  });

  it('is not stopped when it is the socket of another program', async () => {
    const path = space.path('other.sock');
    const server = createServer((socket) => socket.end()).listen(path);
    const { code } = await run('sallyport', ['agent', '--stop', '--socket', path], { env });
    expect(code).not.toBe(0);
    expect(server.listening).toBe(true);
    server.close();
  });
});

describe('errors', () => {
  it('are one line without a stack, with exit codes for scripts', async () => {
    const cases: readonly [readonly string[], number][] = [
      [['list'], 3],
      [['no-such-verb'], 2],
      [['add'], 1],
      [['agent', '--lifetime', 'soon'], 2],
      [['agent', '--stop'], 3],
    ];
    for (const [args, expected] of cases) {
      const { code, stdout, stderr } = await sallyport(...args);
      expect([args, code, stdout]).toEqual([args, expected, '']);
      expect(stderr).toMatch(/^[^\n]+\n$/);
      expect(stderr).not.toMatch(/\bat .*:\d+/);
    }
  });
});
