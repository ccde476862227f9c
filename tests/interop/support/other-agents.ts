// Other agents that run beside ours: OpenSSH's and GnuPG's, with what is needed to give them keys.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { eventually } from './eventually.ts';
import { run, runOk } from './run-program.ts';
import type { Workspace } from './workspace.ts';

let started = 0;

/** OpenSSH's ssh-agent, which can be killed and started again at the same place. */
export class OpensshAgent {
  readonly socketPath: string;
  readonly env: Readonly<Record<string, string>>;
  readonly #env: NodeJS.ProcessEnv;
  #child: ChildProcess | undefined;

  private constructor(space: Workspace, socketPath: string, env: NodeJS.ProcessEnv) {
    this.socketPath = socketPath;
    this.env = { ...space.env, SSH_AUTH_SOCK: socketPath };
    this.#env = env;
  }

  static async start(space: Workspace, env: Readonly<Record<string, string>> = {}): Promise<OpensshAgent> {
    const path = space.path(`openssh-${++started}.sock`);
    const agent = new OpensshAgent(space, path, { ...space.env, ...env });
    await agent.startAgain();
    space.defer(() => agent.kill());
    return agent;
  }

  async startAgain(): Promise<void> {
    await rm(this.socketPath, { force: true });
    this.#child = spawn('ssh-agent', ['-D', '-a', this.socketPath], { env: this.#env, stdio: 'ignore' });
    await eventually('ssh-agent listens', () => existsSync(this.socketPath));
  }

  /** With or without a chance to remove its socket. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  /** It answers nothing any more, until it is told to go on. */
  stop(): void {
    this.#child?.kill('SIGSTOP');
  }

  goOn(): void {
    this.#child?.kill('SIGCONT');
  }

  runOk(program: string, ...args: readonly string[]): Promise<string> {
    return runOk(program, args, { env: this.env });
  }
}

/** GnuPG's agent with one key for logins, which has no passphrase, as nobody could be asked. */
export async function startGpgAgent(space: Workspace): Promise<{ socketPath: string; publicKey: string }> {
  const home = space.path('gnupg');
  mkdirSync(home, { mode: 0o700 });
  await space.write('gnupg/gpg-agent.conf', 'enable-ssh-support\n');
  const env = { ...space.env, GNUPGHOME: home };
  const gpg = (...args: readonly string[]) => runOk('gpg', ['--batch', ...args], { env });
  space.defer(async () => {
    await run('gpgconf', ['--kill', 'all'], { env });
  });
  await gpg('--passphrase', '', '--quick-gen-key', 'gpg@example.org', 'ed25519', 'auth', 'never');
  const [grip = ''] = /^grp:+(\w+)/m.exec(await gpg('--with-colons', '--with-keygrip', '-K'))?.slice(1) ?? [];
  await space.write('gnupg/sshcontrol', `${grip} 0\n`);
  await runOk('gpgconf', ['--launch', 'gpg-agent'], { env });
  const socketPath = (await runOk('gpgconf', ['--list-dirs', 'agent-ssh-socket'], { env })).trim();
  const listed = await runOk('ssh-add', ['-L'], { env: { ...space.env, SSH_AUTH_SOCK: socketPath } });
  return { socketPath, publicKey: listed.split(' ').slice(0, 2).join(' ') };
}

/** A program that passes all on to another socket, as socat does, so that nobody sees who is behind it. */
export async function startRelay(space: Workspace, to: string): Promise<string> {
  const path = space.path(`relay-${++started}.sock`);
  const script = `
    const { connect, createServer } = require('node:net');
    createServer((client) => {
      const server = connect(${JSON.stringify(to)});
      client.pipe(server).pipe(client);
      for (const socket of [client, server]) socket.on('error', () => {});
      client.on('close', () => server.destroy());
      server.on('close', () => client.destroy());
    }).listen(${JSON.stringify(path)});`;
  const child = spawn(process.execPath, ['-e', script], { env: space.env, stdio: 'ignore' });
  space.defer(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  await eventually('the relay listens', () => existsSync(path));
  return path;
}
