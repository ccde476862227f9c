// How the programs of WSL reach the agent: a script there that calls the command here, and socat in front of its relay.
import type { OwnCommand } from '../programs/find-command.ts';
import { quoteForShell } from './quote-for-shell.ts';

/**
 * Makes `sallyport` in WSL. A file rather than a line for socat, which would take spaces and quotes in the paths for its
 * own. It runs in the directory that it is called in, so that it finds the files it is given.
 */
export const commandForWsl = ({ node, script }: OwnCommand) => `mkdir -p -m 700 ~/.local/bin ~/.ssh
cat >~/.local/bin/sallyport <<'END'
#!/bin/sh
node=${quoteForShell(node)}
cli=${quoteForShell(script)}
exec "$(wslpath "$node")" "$cli" "$@"
END
chmod +x ~/.local/bin/sallyport`;

/** One relay a connection; in a directory of Windows, since those of WSL are a network share for its programs. */
export const relayThroughSocat = `export SSH_AUTH_SOCK="$HOME/.ssh/sallyport.sock"
ssh-add -l >/dev/null 2>&1
if [ $? -eq 2 ]; then
    rm -f "$SSH_AUTH_SOCK"
    (cd "$(wslpath 'C:\\')" && exec setsid socat \\
        UNIX-LISTEN:"$SSH_AUTH_SOCK",fork,mode=600 \\
        EXEC:"$HOME/.local/bin/sallyport relay") &
fi`;
