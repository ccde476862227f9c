// What is written into a distribution: a script that relays one connection, systemd's units or a script that starts
// socat, and lines for shells.
import type { OwnCommand } from '../../programs/find-command.ts';
import { quoteForShell } from '../quote-for-shell.ts';

/** How connections are taken there: by systemd of the person, or by socat that the first shell starts. */
export type Listener = 'systemd' | 'socat';

const made = '# Made by Sallyport on Windows, and removed by it: sallyport config wsl --remove';

/** Below the home directory. */
export const wslPaths = {
  socket: '.ssh/sallyport.sock',
  relay: '.local/share/sallyport/relay',
  start: '.local/share/sallyport/start',
  socketUnit: '.config/systemd/user/sallyport.socket',
  serviceUnit: '.config/systemd/user/sallyport@.service',
  fish: '.config/fish/conf.d/sallyport.fish',
} as const;

/**
 * Relays one connection by the command of Windows. `$1` ends in the peer's process and user, as systemd names an instance
 * (systemd.socket(5), Accept=); socat knows neither. In a directory of Windows, since those of WSL are a network share for
 * its programs; a service has no WSL_INTEROP, without which some versions start none of them.
 */
export const relayScript = (distribution: string, { node, script }: OwnCommand) => `#!/bin/sh
${made}
node=${quoteForShell(node)}
cli=${quoteForShell(script)}
if [ ! -S "$WSL_INTEROP" ]; then
    for WSL_INTEROP in /run/WSL/*_interop; do [ -S "$WSL_INTEROP" ] && break; done
    export WSL_INTEROP
fi
peer=\${1%-*}
peer=\${peer##*-}
program=
[ -n "$peer" ] && program=$(readlink "/proc/$peer/exe")
node=$(wslpath "$node") && cd "$(wslpath 'C:\\')" || exit 1
exec "$node" "$cli" relay --place ${quoteForShell(distribution)} \\
    --program "$program" --user "$(id -un)" --pid "\${peer:-0}"
`;

/** What socat is told, as `sh` writes it: by that it is known again. */
export const socatArguments = [
  `UNIX-LISTEN:$HOME/${wslPaths.socket},fork,mode=600,max-children=64`,
  `EXEC:/bin/sh $HOME/${wslPaths.relay}`,
] as const;

/** Starts socat unless somebody listens already. */
export const startScript = `#!/bin/sh
${made}
socket=$HOME/${wslPaths.socket}
SSH_AUTH_SOCK=$socket ssh-add -l >/dev/null 2>&1
[ $? -eq 2 ] || exit 0
rm -f "$socket"
setsid socat "${socatArguments[0]}" \\
    "${socatArguments[1]}" </dev/null >/dev/null 2>&1 &
`;

export const socketUnit = `${made}
[Unit]
Description=SSH agent: Sallyport on Windows

[Socket]
ListenStream=%h/${wslPaths.socket}
SocketMode=0600
DirectoryMode=0700
Accept=yes
MaxConnections=64
RemoveOnStop=yes

[Install]
WantedBy=sockets.target
`;

export const serviceUnit = `${made}
[Unit]
Description=One connection to Sallyport on Windows
CollectMode=inactive-or-failed

[Service]
ExecStart=/bin/sh %h/${wslPaths.relay} %i
StandardInput=socket
StandardOutput=socket
StandardError=journal
`;

const startLine = `[ -x "$HOME/${wslPaths.start}" ] && "$HOME/${wslPaths.start}"`;

/** For sh, bash and zsh. Who has come by ssh with an agent of their own keeps that. */
export const shellLines = (listener: Listener) =>
  [
    '# SSH keys of Sallyport on Windows; to remove: sallyport config wsl --remove',
    'if [ -z "$SSH_CONNECTION" ] || [ -z "$SSH_AUTH_SOCK" ]; then',
    `    export SSH_AUTH_SOCK="$HOME/${wslPaths.socket}"`,
    ...(listener === 'socat' ? [`    ${startLine}`] : []),
    'fi',
  ].join('\n');

export const fishFile = (listener: Listener) => `${made}
if test -z "$SSH_CONNECTION"; or test -z "$SSH_AUTH_SOCK"
    set -gx SSH_AUTH_SOCK "$HOME/${wslPaths.socket}"
${listener === 'socat' ? `    test -x "$HOME/${wslPaths.start}"; and "$HOME/${wslPaths.start}"\n` : ''}end
`;
