// `sallyport relay --listen` as containers use it: real clients at its socket, many, and bad ones.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { beforeAll, expect, it } from 'vitest';
import { MessageClient } from '../fakes/message-client.ts';
import { request } from '../fakes/test-agent.ts';
import { eventually } from './support/eventually.ts';
import { describeWith } from './support/installed-programs.ts';
import { forgetPrivateHalves, type KeyPair, makeKeyPair } from './support/key-pairs.ts';
import { openDescriptors } from './support/process-facts.ts';
import { run, runOk } from './support/run-program.ts';
import { RunningAgent } from './support/running-agent.ts';
import { type Sshd, sshArguments, startSshd, user } from './support/sshd.ts';
import { cliPath, openWorkspace } from './support/workspace.ts';

/** Whether clients can connect: the relay gives its socket this name after it was bound to another. */
function takesConnections(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path, () => resolve(true));
    socket.on('connect', () => socket.destroy()).on('error', () => resolve(false));
  });
}

const listeners = 'systemd-socket-activate';

describeWith(['ssh', 'sshd', 'ssh-add'], 'sallyport relay --listen', () => {
  const space = openWorkspace();
  let agent: RunningAgent;
  let sshd: Sshd;
  let key: KeyPair;
  let sockets = 0;

  beforeAll(async () => {
    key = await makeKeyPair(space, 'relayed');
    sshd = await startSshd(space, { name: 'server', authorizedKeys: [key.publicKey] });
    agent = await RunningAgent.start(space, { args: ['--no-prompt'] });
    await agent.runOk('ssh-add', '-q', key.path);
    await forgetPrivateHalves([key]);
  });

  /** `through`: what starts it, such as systemd's way to hand over a socket. */
  async function relay(
    args: (path: string) => readonly string[],
    through: (path: string) => string[] = () => [],
  ) {
    const socket = space.path(`relay-${++sockets}.sock`);
    const [program = '', ...rest] = [...through(socket), process.execPath, cliPath, 'relay', ...args(socket)];
    const child = spawn(program, rest, { env: space.env, stdio: ['ignore', 'ignore', 'pipe'] });
    let log = '';
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    const exited = once(child, 'exit');
    space.defer(async () => {
      child.kill('SIGKILL');
      await exited;
    });
    await eventually('the relay listens', () => takesConnections(socket));
    return { socket, child, exited, log: () => log, env: { ...space.env, SSH_AUTH_SOCK: socket } };
  }

  const toAgent = (socket: string) => ['--listen', socket, '--to', agent.socketPath];
  const throughRelay = (socket: string) => [
    ...['--listen', socket, '--', process.execPath, cliPath],
    ...['relay', '--to', agent.socketPath],
  ];

  it.each([
    ['another socket', toAgent],
    ['a command for each connection', throughRelay],
  ])('lets programs list keys and log in through %s, several at a time', async (_, args) => {
    const { env } = await relay(args);
    const lists = await Promise.all(Array.from({ length: 5 }, () => runOk('ssh-add', ['-L'], { env })));
    for (const list of lists) expect(list).toContain(key.publicKey);
    const logins = Array.from({ length: 3 }, () => runOk('ssh', [...sshArguments(sshd), 'echo in'], { env }));
    expect(await Promise.all(logins)).toEqual(['in\n', 'in\n', 'in\n']);
  });

  it.each([
    ['another socket', toAgent],
    ['a command for each connection', throughRelay],
  ])('tells the agent which program has come, through %s', async (_, args) => {
    const { env } = await relay((socket) => ['--place', `here-${sockets}`, ...args(socket)]);
    await runOk('ssh', [...sshArguments(sshd), 'true'], { env });
    const log = () => runOk(process.execPath, [cliPath, 'log'], { env: agent.env });
    await eventually('it is in the activity', async () =>
      (await log()).includes(`For (claimed): /usr/bin/ssh of ${user} (process `),
    );
    expect(await log()).toContain(`in "here-${sockets}", as the relay says`);
  });

  describeWith(['unshare', 'mount', 'pivot_root'], 'for a container', () => {
    it('lets programs with a root, processes and users of their own list keys and log in, and names them', async () => {
      const { socket, env } = await relay((path) => ['--place', 'container', ...toAgent(path)]);
      const root = space.path('root');
      const script = `set -e
mount -t tmpfs none "$1"; cd "$1"; mkdir usr proc tmp dev old run work
mount --rbind /usr usr; mount --rbind /dev dev; mount --rbind "$2" work
for link in bin lib lib64; do [ -e "/$link" ] && ln -s "usr/$link" "$link"; done
mkdir etc; echo "root:x:0:0::/:/bin/sh" >etc/passwd
mount -t proc proc proc; : >run/agent.sock; mount --bind "$3" run/agent.sock
pivot_root . old; cd /; umount -l old; shift 3
export SSH_AUTH_SOCK=/run/agent.sock; ssh-add -L; exec "$@"`;
      await runOk('mkdir', [root], { env });
      const toServer = sshArguments(sshd).map((word) =>
        word.replaceAll(space.path('.').replace(/\/\.?$/, ''), '/work'),
      );
      const said = await runOk(
        'unshare',
        [
          ...['-Urmpf', 'sh', '-c', script, 'sh', root, space.path('.'), socket],
          'ssh',
          ...toServer,
          'echo in',
        ],
        { env },
      );
      expect(said).toBe(`${key.publicKey} ${key.comment}\nin\n`);
      const log = () => runOk(process.execPath, [cliPath, 'log'], { env: agent.env });
      await eventually('it is in the activity', async () =>
        (await log()).includes('in "container", as the relay says'),
      );
    });
  });

  it('ends by SIGTERM with its socket removed, and a second one says who listens', async () => {
    const { socket, child, exited } = await relay(toAgent);
    const second = await run(process.execPath, [cliPath, 'relay', ...toAgent(socket)], { env: space.env });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`An agent is already listening on ${socket} (process ${child.pid}`);
    child.kill('SIGTERM');
    expect(await exited).toEqual([null, 'SIGTERM']);
    expect(existsSync(socket)).toBe(false);
  });

  it('takes the place of one that was killed', async () => {
    const { socket, child, exited } = await relay(toAgent);
    child.kill('SIGKILL');
    await exited;
    expect(existsSync(socket)).toBe(true);
    sockets--;
    const { env } = await relay(toAgent);
    expect(await runOk('ssh-add', ['-L'], { env })).toContain(key.publicKey);
  });

  it('says in its log that no agent answers, and serves those who come when one does', async () => {
    const late = space.path('late.sock');
    const { env, log } = await relay((socket) => ['--listen', socket, '--to', late]);
    expect((await run('ssh-add', ['-l'], { env })).code).not.toBe(0);
    await eventually('it is logged', () => log().includes(`There is no agent at ${late}`));
    const mended = await run('ln', ['-s', agent.socketPath, late], { env });
    expect(mended.code).toBe(0);
    expect(await runOk('ssh-add', ['-L'], { env })).toContain(key.publicKey);
  });

  it('serves others while a thousand connections say nothing, half a message, or read nothing', async () => {
    const { socket, env, child } = await relay(toAgent);
    const pid = child.pid as number;
    const atRest = openDescriptors(pid);
    const bad: Socket[] = [];
    for (let count = 0; count < 1000; count++) {
      const client = connect(socket);
      client.on('error', () => {});
      bad.push(client);
      if (count % 3 === 1) client.write(Uint8Array.of(0, 0, 1));
      if (count % 3 === 2) {
        client.pause();
        for (let message = 0; message < 500; message++) client.write(Uint8Array.of(0, 0, 0, 1, 11));
      }
    }
    await eventually('they are there', () => openDescriptors(pid) > atRest + 400);
    expect(await runOk('ssh-add', ['-L'], { env })).toContain(key.publicKey);
    for (const client of bad) client.destroy();
    await eventually('all descriptors are closed', () => openDescriptors(pid) <= atRest);
    const client = await MessageClient.connect({ path: socket });
    expect((await client.request(request(11).finish()))?.[0]).toBe(12);
    client.socket.destroy();
  });

  it.each([
    ['nothing to connect to but itself', (socket: string) => ['--listen', socket, '--to', socket]],
    ['a command but no socket', () => ['--', 'true']],
    ['both an address and a command', (socket: string) => ['--listen', socket, '--to', 'x', '--', 'true']],
    ['no path', () => ['--listen', '']],
    ['no socket that systemd has handed over', () => ['--listen', 'systemd']],
  ])('refuses a command line with %s', async (_, args) => {
    const { code } = await run(process.execPath, [cliPath, 'relay', ...args(space.path('none.sock'))], {
      env: space.env,
    });
    expect(code).toBe(2);
  });

  describeWith([listeners], 'on a socket of systemd', () => {
    it('serves it, and leaves it where it is', async () => {
      const { env, socket, child, exited } = await relay(
        () => ['--listen', 'systemd', '--to', agent.socketPath],
        (path) => [listeners, '--listen', path],
      );
      expect(await runOk('ssh-add', ['-L'], { env })).toContain(key.publicKey);
      child.kill('SIGTERM');
      await exited;
      expect(existsSync(socket)).toBe(true);
    });
  });
});
