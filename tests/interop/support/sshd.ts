// OpenSSH's server on a loopback port, with keys and files of its own, and ssh command lines that reach it.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { userInfo } from 'node:os';
import { findProgram } from './installed-programs.ts';
import { type KeyPair, makeKeyPair, oldAlgorithms } from './key-pairs.ts';
import type { Workspace } from './workspace.ts';

/** Servers take logins of the user who runs the tests. */
export const user = userInfo().username;

export interface SshdOptions {
  /** Names the server in known_hosts and in destination constraints. */
  readonly name: string;
  /** Public keys that may log in. */
  readonly authorizedKeys?: readonly string[];
  /** Whose user certificates may log in. */
  readonly trustedAuthority?: KeyPair;
  /** More lines of sshd_config, which go before all others. */
  readonly config?: readonly string[];
  /** One of its own, Ed25519, where it is not given. */
  readonly hostKey?: KeyPair;
}

export interface Sshd {
  readonly name: string;
  readonly port: number;
  readonly hostKey: KeyPair;
  /** A known_hosts file with this server alone. */
  readonly knownHostsPath: string;
}

/** A port that was free a moment ago. */
async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}

/** From 9.8 on a server hangs up on who was refused some times, for a while: here all come from one address. */
function hasPenalties(program: string): boolean {
  // Where that is no option, the usage names the version, too.
  const { stdout, stderr } = spawnSync(program, ['-V'], { encoding: 'utf8' });
  const [, major, minor] = /OpenSSH_(\d+)\.(\d+)/.exec(`${stdout}${stderr}`) ?? [];
  return Number(major) > 9 || (Number(major) === 9 && Number(minor) >= 8);
}

async function writeConfig(
  space: Workspace,
  program: string,
  { name, ...options }: SshdOptions,
  hostKey: KeyPair,
) {
  const authorizedKeys = (options.authorizedKeys ?? []).map((key) => `${key}\n`).join('');
  // Of two values for one thing sshd takes the first.
  const config = (port: number) => [
    ...(options.config ?? []),
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKey.path}`,
    'PidFile none',
    'UsePAM no',
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitUserRC no',
    'MaxStartups 100',
    ...(hasPenalties(program) ? ['PerSourcePenalties no'] : []),
    'MaxAuthTries 50',
    'ExposeAuthInfo yes',
    `AuthorizedKeysFile ${space.path(`${name}-authorized_keys`)}`,
    // What a session starts finds this workspace's home, not the person's.
    `SetEnv HOME=${space.home}`,
    `PubkeyAcceptedAlgorithms +${oldAlgorithms}`,
    ...(options.trustedAuthority ? [`TrustedUserCAKeys ${options.trustedAuthority.publicPath}`] : []),
    '',
  ];
  await space.write(`${name}-authorized_keys`, authorizedKeys);
  return (port: number) => space.write(`${name}-sshd_config`, config(port).join('\n'));
}

/** Resolves with a way to end the server when it listens; with undefined when another program took the port. */
async function listen(
  space: Workspace,
  program: string,
  configPath: string,
): Promise<(() => Promise<void>) | undefined> {
  const child = spawn(program, ['-D', '-e', '-f', configPath], {
    env: space.env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(child, 'exit');
  // Later than its end: then all that it said has been read.
  const silent = once(child, 'close');
  let log = '';
  const listening = new Promise<true>((resolve) => {
    child.stderr.on('data', (chunk: Buffer) => {
      log += chunk.toString();
      if (log.includes('Server listening on')) resolve(true);
    });
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await exited;
  };
  if ((await Promise.race([listening, silent.then(() => false)])) === true) return stop;
  if (log.includes('Address already in use')) return undefined;
  throw new Error(`sshd did not start: ${log}`);
}

/** Starts a server that ends with the workspace. */
export async function startSshd(space: Workspace, options: SshdOptions): Promise<Sshd> {
  // Where the server confines its unprivileged half; a boot script makes it on other machines.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 });
  const hostKey = options.hostKey ?? (await makeKeyPair(space, `${options.name}-host-key`));
  const program = findProgram('sshd') ?? 'sshd';
  const writeFor = await writeConfig(space, program, options, hostKey);
  const knownHostsPath = await space.write(
    `${options.name}-known_hosts`,
    `${options.name} ${hostKey.publicKey}\n`,
  );
  for (let attempt = 0; attempt < 5; attempt++) {
    const port = await findFreePort();
    const stop = await listen(space, program, await writeFor(port));
    if (!stop) continue;
    space.defer(stop);
    return { name: options.name, port, hostKey, knownHostsPath };
  }
  throw new Error('no port stayed free');
}

/** Arguments of ssh that reach the server and use nothing of the person's: no configuration, no key files. */
export function sshArguments(sshd: Sshd, ...options: readonly string[]): string[] {
  return [
    ...['-F', 'none', '-p', String(sshd.port)],
    ...['-o', `HostKeyAlias=${sshd.name}`, '-o', `UserKnownHostsFile=${sshd.knownHostsPath}`],
    ...['-o', 'GlobalKnownHostsFile=/dev/null', '-o', 'StrictHostKeyChecking=yes', '-o', 'BatchMode=yes'],
    ...(options.includes('-i') ? [] : ['-o', 'IdentityFile=none']),
    ...options,
    `${user}@127.0.0.1`,
  ];
}
