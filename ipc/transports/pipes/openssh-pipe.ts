// The door of Windows' own OpenSSH: a fixed name, one for the whole machine.
import type { PipeHolder } from '../../win32/pipes/pipe-holder.ts';
import type { Transport } from '../transport.ts';
import { createNamedPipeTransport } from './named-pipe-door.ts';

/** Where ssh.exe looks when SSH_AUTH_SOCK is not set. */
export const OPENSSH_PIPE_NAME = '\\\\.\\pipe\\openssh-ssh-agent';

/** A transport on OpenSSH's pipe; degraded while the Windows service, or another agent, has it. */
export function createOpensshPipeTransport(): Transport {
  return createNamedPipeTransport({
    name: 'openssh-pipe',
    names: () => ({ addresses: [OPENSSH_PIPE_NAME] }),
    remedyWhenTaken: howToFreeOpensshPipe,
  });
}

const OWN_PIPE_HINT =
  'Until then ssh.exe reaches Sallyport through its own pipe: see "sallyport config openssh".';

interface KnownHolder {
  readonly name: string;
  /** Where its agent is switched off. */
  readonly remedy: string;
}

const inSettings = 'Switch the SSH agent off in the settings of that program.';
const knownHolders: Readonly<Record<string, KnownHolder>> = {
  '1password.exe': { name: '1Password', remedy: inSettings },
  'bitwarden.exe': { name: 'Bitwarden', remedy: inSettings },
  'keepass.exe': {
    name: 'KeeAgent in KeePass',
    remedy: 'Switch its agent for Windows OpenSSH off: Tools, Options, KeeAgent in KeePass.',
  },
  'gpg-agent.exe': {
    name: 'GnuPG’s agent',
    remedy: 'Take “enable-win32-openssh-support” out of gpg-agent.conf, then run: gpgconf --kill gpg-agent',
  },
  'ssh-agent.exe': { name: 'Windows’ service “OpenSSH Authentication Agent”', remedy: '' },
};

const fileNameOf = (holder: PipeHolder | undefined) =>
  holder?.executable?.split('\\').at(-1)?.toLowerCase() ?? '';

/** What people call the agent of that process; undefined where it is none that we know. */
export function nameOfPipeHolder(holder: PipeHolder): string | undefined {
  return knownHolders[fileNameOf(holder)]?.name;
}

/** What to do so that the pipe becomes ours, in sentences. Undefined: nobody knows who has it. */
export function howToFreeOpensshPipe(holder: PipeHolder | undefined): string {
  const program = fileNameOf(holder);
  const { remedy = '' } = knownHolders[program] ?? {};
  if (remedy !== '') return `${remedy} ${OWN_PIPE_HINT}`;
  if (program !== '' && program !== 'ssh-agent.exe') return `End that program. ${OWN_PIPE_HINT}`;
  return (
    'Stop the Windows service, in a PowerShell opened as administrator: ' +
    `Stop-Service ssh-agent; Set-Service ssh-agent -StartupType Disabled. ${OWN_PIPE_HINT}`
  );
}
