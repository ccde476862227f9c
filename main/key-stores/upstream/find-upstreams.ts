// Which other agents of this person listen on this computer, at the places where they usually do.
import { homedir } from 'node:os';
import { isAbsolute, join, win32 } from 'node:path';
import type { FoundUpstream } from '../../agent/ports/host.ts';
import type { AddressEnvironment } from '../../client/find/agent-address.ts';
import { isOnThisComputer } from '../../client/pipe-name.ts';
import { placeLooks } from './place-looks.ts';

/** Below XDG_RUNTIME_DIR, by the programs that make them. */
const inRuntimeDir: readonly (readonly [path: string, title: string])[] = [
  ['gnupg/S.gpg-agent.ssh', 'gpg-agent'],
  ['gcr/ssh', 'GNOME’s agent'],
  ['keyring/ssh', 'GNOME Keyring'],
  ['ssh-agent.socket', 'OpenSSH’s agent'],
  ['openssh_agent', 'OpenSSH’s agent'],
];

const inHome: readonly (readonly [path: string, title: string])[] = [
  ['.1password/agent.sock', '1Password'],
  ['.bitwarden-ssh-agent.sock', 'Bitwarden'],
  ['.gnupg/S.gpg-agent.ssh', 'gpg-agent'],
];

/** Undefined, or rejects: there is nothing. */
type Look = (path: string) => Promise<unknown>;

/** Those that are there, each once; they are looked at together, so that one that does not answer holds up no other. */
async function thoseThere(all: readonly FoundUpstream[], look: Look): Promise<readonly FoundUpstream[]> {
  const once = all.filter(({ address }, at) => all.findIndex((other) => other.address === address) === at);
  const targets = await Promise.all(once.map(({ address }) => look(address).catch(() => undefined)));
  return once.filter((_, at) => targets[at] !== undefined);
}

function socketsOf(
  { SSH_AUTH_SOCK: told, XDG_RUNTIME_DIR: dir }: AddressEnvironment,
  home: string,
): FoundUpstream[] {
  const below = (place: string, known: typeof inHome) =>
    known.map(([path, title]) => ({ address: join(place, path), title }));
  return [
    ...(dir && isAbsolute(dir) ? below(dir, inRuntimeDir) : []),
    ...below(home, inHome),
    ...(told && isAbsolute(told) ? [{ address: told, title: 'The agent of this session' }] : []),
  ];
}

/**
 * Where GnuPG has its socket on Windows. SECURITY: AppData may lie on another machine, which is sent a hash of the person's
 * password by a look alone.
 */
export function gnupgSocketsOnWindows(env: NodeJS.ProcessEnv): readonly FoundUpstream[] {
  return [env['LOCALAPPDATA'], env['APPDATA']]
    .filter((dir) => dir !== undefined)
    .map((dir) => ({ address: win32.join(dir, 'gnupg', 'S.gpg-agent.ssh'), title: 'gpg-agent' }))
    .filter(({ address }) => isOnThisComputer(address));
}

async function findOnWindows(env: NodeJS.ProcessEnv, look: Look): Promise<FoundUpstream[]> {
  const { OPENSSH_PIPE_NAME } = await import('../../../ipc/transports/pipes/openssh-pipe.ts');
  const { findPipeHolder, pipeExists } = await import('../../../ipc/win32/pipes/pipe-holder.ts');
  const { findPageant } = await import('../../client/find/windows-agents.ts');
  const isOthers = (address: string) => findPipeHolder(address)?.pid !== process.pid;
  const pageant = await findPageant();
  return [
    ...(pipeExists(OPENSSH_PIPE_NAME) ? [{ address: OPENSSH_PIPE_NAME, title: 'OpenSSH’s agent' }] : []),
    ...(pageant ? [{ address: pageant.address, title: 'Pageant' }] : []),
    ...(await thoseThere(gnupgSocketsOnWindows(env), look)),
  ].filter(({ address }) => isOthers(address));
}

/** Those that are there, whether they have keys or not; our own doors may be among them. */
export async function findUpstreams(
  env: AddressEnvironment = process.env,
  home: string = homedir(),
  look: Look = (path) => placeLooks.target(path),
): Promise<readonly FoundUpstream[]> {
  return process.platform === 'win32'
    ? await findOnWindows(env, look)
    : await thoseThere(socketsOf(env, home), look);
}
