// `sallyport agent` as a process: its first words, its socket, its end.
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect, createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frame } from '../../../../ipc/transports/streams/message-framing.ts';
import { InstalledCommand } from '../../../fakes/installed-command.ts';

const key = (name: string) => fileURLToPath(new URL(`../../../fixtures/keys/${name}`, import.meta.url));
let command: InstalledCommand;
let sockets = 0;

beforeAll(async () => {
  command = await InstalledCommand.install();
});
afterAll(() => command.remove());

const nobody = 65_534;
const freshSocket = () => join(command.dir, `s${++sockets}`);
/** Where an agent listens that is told no place. */
const ownPlace = () => join(command.dir, 'tmp', `sallyport-${process.getuid?.()}`);
/** What agents have left but that directory. */
const temporaryFiles = () =>
  readdirSync(join(command.dir, 'tmp'), { recursive: true })
    .map((name) => join(command.dir, 'tmp', String(name)))
    .filter((path) => path !== ownPlace() && path !== join(ownPlace(), '.keep'));

function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** The lines of `--background` as an address. */
function parseAddress(stdout: string): { socket: string; pid: number } {
  const [, socket = '', pid = '0'] =
    /^SSH_AUTH_SOCK=(.*); export SSH_AUTH_SOCK;\nSSH_AGENT_PID=(\d+); export SSH_AGENT_PID;\necho Agent pid \2;\n$/.exec(
      stdout,
    ) ?? [];
  return { socket, pid: Number(pid) };
}

describe('sallyport agent', () => {
  it('prints its address for the shell, and nothing else', async () => {
    const socket = freshSocket();
    const agent = await command.agent(['--socket', socket]);
    agent.child.kill();
    const { stdout } = await agent.end;
    expect(stdout).toBe(
      `SSH_AUTH_SOCK=${socket}; export SSH_AUTH_SOCK;\nSSH_AGENT_PID=${agent.child.pid}; export SSH_AGENT_PID;\n`,
    );
  });

  it('quotes a path that the shell would take apart', async () => {
    const socket = join(command.dir, "it's a $(socket)");
    const agent = await command.agent(['--socket', socket]);
    agent.child.kill();
    const env = { LINES: (await agent.end).stdout };
    expect((await command.shell('eval "$LINES"; printf %s "$SSH_AUTH_SOCK"', { env })).stdout).toBe(socket);
  });

  it('listens in the runtime directory by default, closed to others', async () => {
    const env = { XDG_RUNTIME_DIR: command.dir };
    const agent = await command.agent([], { env });
    expect(agent.socket).toBe(join(command.dir, 'sallyport/agent.sock'));
    expect(statSync(join(command.dir, 'sallyport')).mode & 0o777).toBe(0o700);
    expect(statSync(agent.socket).mode & 0o777).toBe(0o600);
    expect((await command.run(['list'], { env })).code).toBe(1);
    agent.child.kill();
    await agent.end;
    expect(existsSync(agent.socket)).toBe(false);
  });

  const others = (dir = join(command.dir, 'others')) => {
    mkdirSync(dir, { mode: 0o755 });
    chownSync(dir, nobody, nobody);
    return dir;
  };

  it.each([
    ['without one', () => undefined],
    ['where it is another user’s', () => (process.getuid?.() === 0 ? others() : '/')],
    ['where it is not there', () => '/nonexistent'],
  ])(
    'listens in the temporary folder %s, closed to others, where other terminals find it',
    async (_where, runtimeDir) => {
      const dirOfEnvironment = runtimeDir();
      const env = { ...(dirOfEnvironment && { XDG_RUNTIME_DIR: dirOfEnvironment }) };
      const agent = await command.agent([], { env });
      expect(agent.socket).toBe(join(ownPlace(), 'agent.sock'));
      expect(statSync(ownPlace()).mode & 0o777).toBe(0o700);
      expect(statSync(agent.socket).mode & 0o777).toBe(0o600);
      expect((await command.run(['list'], { env })).code).toBe(1);
      const second = await command.run(['agent', '--background'], { env });
      expect(parseAddress(second.stdout)).toEqual({ socket: agent.socket, pid: agent.child.pid });
      agent.child.kill();
      await agent.end;
      expect(temporaryFiles()).toEqual([]);
    },
  );

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('tidies up and dies of %s', async (signal) => {
    const agent = await command.agent();
    agent.child.kill(signal);
    await agent.end;
    expect(agent.child.signalCode).toBe(signal);
    expect(temporaryFiles()).toEqual([]);
  });

  it('refuses a place where an agent listens, and leaves that one alone', async () => {
    const socket = freshSocket();
    const first = await command.agent(['--socket', socket]);
    const second = await command.run(['agent', '--socket', socket]);
    expect(second.code).toBe(1);
    expect(second.stdout).toBe('');
    expect(second.stderr).toMatch(
      new RegExp(`^sallyport: .*already listening.*process ${first.child.pid}.*\n$`),
    );
    expect((await command.run(['list'], { env: first.env })).code).toBe(1);
    first.child.kill();
    await first.end;
  });

  it.runIf(process.platform === 'linux')(
    'makes a file of a name like @abstract, never a socket that any user may connect to',
    async () => {
      const { child, socket, end } = await command.agent(['--socket', '@abstract']);
      expect(socket).toBe(join(command.dir, '@abstract'));
      expect(statSync(socket).mode & 0o777).toBe(0o600);
      // proc(5): the name of an abstract socket begins with @, that of a file is its path.
      const names = readFileSync('/proc/net/unix', 'utf8').match(/\S+$/gm);
      expect(names).toContainEqual(expect.stringContaining(`${command.dir}/@abstract`));
      expect(names).not.toContainEqual(expect.stringMatching(/^@abstract/));
      child.kill();
      await end;
    },
  );

  it('replaces the socket of an agent that was killed', async () => {
    const socket = freshSocket();
    const killed = await command.agent(['--socket', socket]);
    killed.child.kill('SIGKILL');
    await killed.end;
    expect(existsSync(socket)).toBe(true);
    const next = await command.agent(['--socket', socket]);
    expect((await command.run(['list'], { env: next.env })).code).toBe(1);
    next.child.kill();
    await next.end;
  });

  it('adds its key files, and goes on when one can’t be added', async () => {
    const agent = await command.agent([key('ed25519.pub'), key('p256.openssh')]);
    await expect
      .poll(async () => (await command.run(['list'], { env: agent.env })).stdout)
      .toContain('(ECDSA)');
    agent.child.kill();
    const { stderr } = await agent.end;
    expect(stderr).toContain('ed25519.pub: ');
  });

  it('ends while a key file keeps it waiting', async () => {
    await command.shell('mkfifo pipe');
    const agent = await command.agent(['pipe', key('p256.openssh')]);
    // Opening the pipe waits until the agent has opened it, too.
    const silent = command.spawn('sh', ['-c', 'exec sleep 60 >pipe']);
    await expect.poll(() => readlinkSync(`/proc/${silent.pid}/fd/1`)).toMatch(/pipe$/);
    agent.child.kill();
    expect(await agent.end).toMatchObject({ code: 143, stderr: '' });
    silent.kill();
    expect(temporaryFiles()).toEqual([]);
  });

  it.skipIf(process.platform !== 'linux')('leaves no core dump', async () => {
    const agent = await command.agent();
    expect(readFileSync(`/proc/${agent.child.pid}/limits`, 'utf8')).toMatch(/Max core file size +0 /);
    agent.child.kill();
    await agent.end;
  });

  it('refuses a lifetime that is none, and other nonsense, with exit code 2 and one line', async () => {
    for (const args of [
      ['--lifetime', '0'],
      ['--lifetime', '1x'],
      ['--socket', ''],
      ['--frob'],
      ['--background', '--stop'],
      ['--background', '--', 'true'],
      ['--stop', 'file'],
      ['--'],
    ]) {
      const { code, stdout, stderr } = await command.run(['agent', ...args]);
      expect([code, stdout], args.join(' ')).toEqual([2, '']);
      expect(stderr).toMatch(/^sallyport: [^\n]*See: sallyport agent --help\n$/);
    }
  });
});

describe.skipIf(process.getuid?.() !== 0)('the name of its directory in the temporary folder', () => {
  const ours = () => join(command.dir, 'ours');
  const made = (dir: string) => {
    mkdirSync(dir, { mode: 0o700 });
    return dir;
  };
  const plants: [string, () => void][] = [
    ['a directory', () => made(ownPlace())],
    ['a directory that all may write to', () => chmodSync(made(ownPlace()), 0o777)],
    ['a link to a directory of ours', () => symlinkSync(made(ours()), ownPlace())],
    ['a link to nowhere', () => symlinkSync(join(command.dir, 'nowhere'), ownPlace())],
    ['a file', () => writeFileSync(ownPlace(), '')],
  ];

  it.each(plants)(
    'that another user has taken by %s is not used, but a place of its own',
    async (_what, plant) => {
      rmSync(ownPlace(), { recursive: true, force: true });
      rmSync(ours(), { recursive: true, force: true });
      plant();
      lchownSync(ownPlace(), nobody, nobody);
      const agent = await command.agent(['--no-prompt']);
      const dir = dirname(agent.socket);
      try {
        expect([dirname(dir), dir === ownPlace()]).toEqual([join(command.dir, 'tmp'), false]);
        expect(statSync(dir)).toMatchObject({ uid: process.getuid?.(), mode: 0o40700 });
        expect(existsSync(ours()) ? readdirSync(ours()) : []).toEqual([]);
        expect(existsSync(join(command.dir, 'nowhere'))).toBe(false);
      } finally {
        agent.child.kill();
      }
      const { stderr } = await agent.end;
      expect(stderr).toMatch(/sallyport-0 belongs to another user \(uid 65534\).*a place of its own/);
      // Nobody else can make it now.
      expect(readdirSync(dir)).toEqual([]);
      rmSync(dir, { recursive: true });
      rmSync(ownPlace(), { recursive: true });
    },
  );

  it.each([
    ['is another user’s', 0o700, nobody],
    ['others may enter', 0o755, 0],
  ])('gives no client the agent there when it %s', async (_what, mode, uid) => {
    rmSync(ownPlace(), { recursive: true, force: true });
    mkdirSync(ownPlace());
    let connections = 0;
    const server = createServer((connection) => {
      connections++;
      connection.destroy();
    });
    await new Promise<void>((resolve) => server.listen(join(ownPlace(), 'agent.sock'), resolve));
    chmodSync(ownPlace(), mode);
    chownSync(ownPlace(), uid, uid);
    expect((await command.run(['add', key('ed25519.openssh')])).code).toBe(3);
    expect((await command.run(['agent', '--stop'])).code).toBe(3);
    const started = await command.run(['agent', '--background', '--no-prompt']);
    const { socket } = parseAddress(started.stdout);
    expect(dirname(socket)).not.toBe(ownPlace());
    expect(started.stderr).toContain('a place of its own');
    expect((await command.run(['agent', '--stop', '--socket', socket])).code).toBe(0);
    expect(connections).toBe(0);
    server.close();
    rmSync(dirname(socket), { recursive: true });
    rmSync(ownPlace(), { recursive: true });
  });
});

describe('sallyport agent -- COMMAND', () => {
  const script = (text: string) => ['agent', '--', 'sh', '-c', text];

  it('runs the command with its address and prints nothing of its own', async () => {
    const { code, stdout, stderr } = await command.run(
      script('test -S "$SSH_AUTH_SOCK" && kill -0 "$SSH_AGENT_PID" && echo "$SSH_AUTH_SOCK"'),
    );
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^[^\n]+\n$/);
    expect(existsSync(stdout.trim())).toBe(false);
    expect(temporaryFiles()).toEqual([]);
  });

  it('has a socket of its own, beside that of the agent that runs', async () => {
    const env = { XDG_RUNTIME_DIR: command.dir };
    const agent = await command.agent([], { env });
    const { code, stdout } = await command.run(script('$CLI list; echo "$SSH_AUTH_SOCK"'), { env });
    expect(code).toBe(0);
    expect(stdout.trim()).not.toBe(agent.socket);
    expect((await command.run(['list'], { env })).code).toBe(1);
    agent.child.kill();
    await agent.end;
  });

  it('has its key files added before the command starts', async () => {
    const { stdout } = await command.run([
      'agent',
      key('ed25519.openssh'),
      '--',
      ...[process.execPath, command.cliPath, 'list'],
    ]);
    expect(stdout).toContain('(ED25519)');
  });

  it('ends with the exit code of the command, 128 + n for a signal', async () => {
    expect((await command.run(script('exit 7'))).code).toBe(7);
    expect((await command.run(script('kill -KILL $$'))).code).toBe(137);
  });

  it('ends with 127 for a command that is not there and 126 for one that is no program', async () => {
    const missing = await command.run(['agent', '--', 'no-such-command']);
    expect(missing).toEqual({
      code: 127,
      stdout: '',
      stderr: 'sallyport: no-such-command: command not found.\n',
    });
    writeFileSync(join(command.dir, 'data'), '', { mode: 0o600 });
    expect((await command.run(['agent', '--', './data'])).code).toBe(126);
    expect(temporaryFiles()).toEqual([]);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'forwards %s and waits for the command',
    async (signal) => {
      const child = command.start(
        script(`trap 'echo caught; exit 5' ${signal.slice(3)}; echo ready; while :; do sleep 0.05; done`),
      );
      await new Promise((resolve) => child.stdout?.once('data', resolve));
      let more = '';
      child.stdout?.on('data', (chunk) => {
        more += chunk;
      });
      child.kill(signal);
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect([code, more]).toEqual([5, 'caught\n']);
      expect(temporaryFiles()).toEqual([]);
    },
  );
});

describe('sallyport agent --background and --stop', () => {
  it('leave an agent running in a session of its own, and end it', async () => {
    const { code, stdout, stderr } = await command.run(['agent', '--background', key('ed25519.openssh')]);
    const { socket, pid } = parseAddress(stdout);
    const env = { SSH_AUTH_SOCK: socket, SSH_AGENT_PID: String(pid) };
    expect(code).toBe(0);
    // In a checkout the file is open to others, which is told before.
    expect(stderr).toMatch(/^(sallyport: .* is open to other users .*\n)?sallyport: Added key of .*\n$/);
    expect(isRunning(pid)).toBe(true);
    // Field 6 of stat: the session, whose leader it is.
    expect(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[3]).toBe(String(pid));
    expect((await command.run(['list'], { env })).stdout).toContain('(ED25519)');
    const stopped = await command.run(['agent', '--stop'], { env });
    expect(stopped).toEqual({ code: 0, stdout: 'unset SSH_AUTH_SOCK;\nunset SSH_AGENT_PID;\n', stderr: '' });
    expect(existsSync(socket)).toBe(false);
    await expect.poll(() => isRunning(pid)).toBe(false);
    expect(temporaryFiles()).toEqual([]);
  });

  it('work in a shell with eval', async () => {
    const { code, stdout } = await command.shell(
      'eval "$($CLI agent --background)"; $CLI list; eval "$($CLI agent --stop)"; echo "[$SSH_AUTH_SOCK]"',
    );
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^Agent pid \d+\n\[\]\n$/)]);
  });

  it('give a second terminal, and several that open at once, the agent that runs', async () => {
    const env = { XDG_RUNTIME_DIR: command.dir };
    const start = (...args: string[]) => command.run(['agent', '--background', ...args], { env });
    const atOnce = await Promise.all([start(), start(), start()]);
    const [first] = atOnce;
    expect(atOnce).toEqual([first, first, first]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const { socket, pid } = parseAddress(first?.stdout ?? '');
    const second = await start('--no-prompt', key('ed25519.openssh'));
    expect([second.code, second.stdout]).toEqual([0, first?.stdout]);
    expect(second.stderr).toMatch(
      new RegExp(`^sallyport: The agent runs already \\(process ${pid}\\), so --no-prompt changes nothing`),
    );
    expect((await command.run(['list'], { env })).stdout).toContain('(ED25519)');
    expect((await command.run(['remove', '--all'], { env })).code).toBe(0);
    const stricter = await start('--unlock-once', '--encrypted', key('ed25519.openssh-aes256-ctr'));
    expect([stricter.code, stricter.stdout]).toEqual([2, first?.stdout]);
    expect(stricter.stderr).toMatch(/^sallyport: The agent runs already .*so no key was added.*\n$/);
    expect((await command.run(['list'], { env })).stdout).toBe('');
    expect((await command.run(['agent', '--stop', '--socket', socket])).code).toBe(0);
  });

  it('add keys with --unlock-once to the agent that runs, where that was started so', async () => {
    const args = ['agent', '--background', '--unlock-once', '--socket', freshSocket()];
    const first = await command.run(args);
    const second = await command.run([...args, '--encrypted', key('ed25519.openssh-aes256-ctr')]);
    expect([second.code, second.stdout]).toEqual([0, first.stdout]);
    expect(second.stderr).not.toContain('--unlock-once');
    const { socket } = parseAddress(first.stdout);
    const env = { SSH_AUTH_SOCK: socket };
    expect((await command.run(['list'], { env })).stdout).toContain('(ED25519)');
    expect((await command.run(['agent', '--stop'], { env })).code).toBe(0);
  });

  it('write what goes wrong later to a log file', async () => {
    const { socket } = parseAddress((await command.run(['agent', '--background'])).stdout);
    const client = connect(socket);
    client.write(frame(Uint8Array.of(13, 0)));
    await new Promise((resolve) => client.once('data', resolve));
    client.destroy();
    expect((await command.run(['agent', '-k', '-a', socket])).code).toBe(0);
    const path = join(command.dir, '.config/sallyport/agent.log');
    await expect
      .poll(() => existsSync(path) && readFileSync(path, 'utf8'))
      .toContain('malformed request refused');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('say why the agent could not start', async () => {
    const socket = join(command.dir, 'data-file');
    writeFileSync(socket, '');
    const { code, stdout, stderr } = await command.run(['agent', '--background', '--socket', socket]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^sallyport: .*is not a socket.*\n$/);
  });

  it('leave the agent running with exit code 1 when a key file can’t be added', async () => {
    const { code, stdout, stderr } = await command.run(['agent', '--background', 'no-such-file']);
    const { socket } = parseAddress(stdout);
    expect(code).toBe(1);
    expect(stderr).toBe('sallyport: no-such-file: no such file or directory.\n');
    expect((await command.run(['agent', '--stop', '--socket', socket])).code).toBe(0);
  });

  it('leave no agent running that nobody was told of', async () => {
    await command.shell('$CLI agent --background | :');
    await expect.poll(temporaryFiles).toEqual([]);
    // As when the process that started it was killed.
    expect((await command.run(['agent', '--background-child'])).code).toBe(1);
    expect(temporaryFiles()).toEqual([]);
  });

  it('stop the agent that listens, whatever SSH_AGENT_PID says', async () => {
    const agent = await command.agent();
    const env = { ...agent.env, SSH_AGENT_PID: String(process.pid) };
    const { code, stderr } = await command.run(['agent', '--stop'], { env });
    expect(code).toBe(0);
    expect(stderr).toContain(`SSH_AGENT_PID says ${process.pid}, but process ${agent.child.pid}`);
    await agent.end;
  });

  it('stop a locked agent', async () => {
    const agent = await command.agent();
    const askpass = join(command.dir, 'lock-askpass');
    writeFileSync(askpass, '#!/bin/sh\necho secret\n', { mode: 0o700 });
    const env = { ...agent.env, SSH_ASKPASS: askpass, SSH_ASKPASS_REQUIRE: 'force' };
    expect((await command.run(['lock'], { env })).code).toBe(0);
    expect((await command.run(['agent', '--stop'], { env })).code).toBe(0);
    await agent.end;
  });

  it('do not stop another program’s agent', async () => {
    const socket = freshSocket();
    const server = createServer((connection) => {
      connection.on('error', () => {}).on('data', () => connection.write(frame(Uint8Array.of(5))));
    });
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    const { code, stderr } = await command.run(['agent', '--stop', '--socket', socket]);
    server.close();
    expect(code).toBe(1);
    expect(stderr).toContain("is another program's, so it was left alone");
  });

  it('signal nothing where a relay listens, which only passes on what is sent to the agent', async () => {
    const agent = await command.agent();
    const socket = freshSocket();
    const script = `const { connect, createServer } = require('node:net');
      const [, agent, socket] = process.argv;
      createServer((from) => from.pipe(connect(agent)).pipe(from)).listen(socket, () => console.log('listens'));`;
    const relay = command.spawn(process.execPath, ['-e', script, agent.socket, socket]);
    await new Promise((resolve) => relay.stdout?.once('data', resolve));
    const { code, stdout, stderr } = await command.run(['agent', '--stop', '--socket', socket]);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(
      new RegExp(
        `^sallyport: Process ${relay.pid}, which listens at .* an agent in a container can’t be stopped from here\\. .*Nothing was done\\..*\n$`,
      ),
    );
    // Nor is the relay’s number told as that of the agent.
    const started = await command.run(['agent', '--background', '--socket', socket]);
    expect([started.code, started.stdout]).toEqual([1, '']);
    expect((await command.run(['list'], { env: { SSH_AUTH_SOCK: socket } })).code).toBe(1);
    expect((await command.run(['agent', '--stop'], { env: agent.env })).code).toBe(0);
    relay.kill();
  });

  it('say with exit code 3 that there is nothing to stop', async () => {
    const { code, stdout } = await command.run(['agent', '--stop', '--socket', freshSocket()]);
    expect([code, stdout]).toEqual([3, '']);
  });
});

describe('the installed command', () => {
  it('runs where electron can’t be resolved', async () => {
    expect(command.canResolve('koffi')).toBe(true);
    expect(command.canResolve('electron')).toBe(false);
    const agent = await command.agent([key('ed25519.openssh')]);
    await expect
      .poll(async () => (await command.run(['list'], { env: agent.env })).stdout)
      .toContain('(ED25519)');
    agent.child.kill();
    await agent.end;
  });
});
