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
    remedyWhenTaken,
  });
}

const OWN_PIPE_HINT =
  'Until then ssh.exe reaches Sallyport through its own pipe: see "sallyport config openssh".';

function remedyWhenTaken(holder: PipeHolder | undefined): string {
  const program = holder?.executable?.split('\\').at(-1)?.toLowerCase() ?? '';
  if (program === '1password.exe' || program === 'bitwarden.exe') {
    return `Switch the SSH agent off in the settings of that program. ${OWN_PIPE_HINT}`;
  }
  if (program !== '' && program !== 'ssh-agent.exe') return `End that program. ${OWN_PIPE_HINT}`;
  return (
    'Stop the Windows service, in a PowerShell opened as administrator: ' +
    `Stop-Service ssh-agent; Set-Service ssh-agent -StartupType Disabled. ${OWN_PIPE_HINT}`
  );
}
