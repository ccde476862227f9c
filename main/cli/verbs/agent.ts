// `sallyport agent`: the agent without windows.

import { formatDoorList, windowsDoors } from '../../doors/door-list.ts';
import { retryMs } from '../../doors/repair.ts';
import { environmentLines } from '../agent/agent-environment.ts';
import { parseAgentOptions } from '../agent/agent-options.ts';
import { stopAgent } from '../agent/agent-stop.ts';
import { runBackgroundChild, startInBackground } from '../agent/background/agent-background.ts';
import { becomeClient, findRunningAgent } from '../agent/become-client.ts';
import { runAgent } from '../agent/run-agent.ts';
import type { Command } from '../parts/command.ts';
import { keyFileOptionsHelp } from '../parts/key-files/key-file-options.ts';

const doorsHelp =
  process.platform === 'win32'
    ? `  --doors LIST        which doors to open, of ${formatDoorList(windowsDoors)}
                      (these are the default) and cygwin=PATH; a door that another program
                      has is tried again every ${retryMs / 1000} seconds (see: sallyport doors)
  --legacy-clients prompt|usable-keys-only|off
                      programs that ask by WM_COPYDATA: may make the agent ask you (default),
                      see and use only keys that need no question, or are not served
  --restrict-acl      close this process to other programs of yours, as Pageant does`
    : `  -a, --socket PATH   where to listen; default $XDG_RUNTIME_DIR/sallyport/agent.sock, else
                      sallyport-UID/agent.sock in the temporary folder; with a COMMAND in a
                      fresh private directory
  --doors LIST        instead of --socket: unix=PATH, cygwin=PATH or both with a comma between`;

export const agentCommand: Command = {
  name: 'agent',
  usage: '[options] [KEYFILE…] [-- COMMAND…]',
  summary: 'run the agent',
  help: `When it listens, the agent prints two lines for the shell (SSH_AUTH_SOCK, SSH_AGENT_PID), adds
the KEYFILEs and stays in the foreground. With a COMMAND it prints nothing, runs the command
with both variables set, and ends with it and with its exit code (127: not found, 126: can't be
run, 128 + n: ended by signal n). A KEYFILE that can't be added is reported; the agent goes on.

${doorsHelp}
  --openssh-config FILE
                      write an IdentityAgent line to FILE, for "Include FILE" in .ssh/config; the
                      file is emptied when the agent ends
  --background        leave the agent running and return: eval "$(sallyport agent --background)";
                      exit code 1 when the agent runs but a KEYFILE could not be added; where
                      one listens at that place already its lines are printed. What goes wrong
                      later is written to agent.log beside rules.json (see: sallyport rules --help)
  -k, --stop          end the agent of --socket, SSH_AUTH_SOCK or the default place:
                      eval "$(sallyport agent --stop)"
  --askpass PROGRAM   ask for passphrases and consent with this program
  --no-prompt         never ask: what would need a person is refused
  --unlock-once       ask for the passphrase of an encrypted key at each use; without this a key
                      stays in clear until the agent is locked
  --upstream ADDRESS  offer the keys of this other agent, too, while this one runs; may be given
                      several times (for good: sallyport upstream add)

The signal SIGUSR1 removes all keys, as with ssh-agent.

For the KEYFILEs:
${keyFileOptionsHelp}

Without --askpass the person is asked by the program in SSH_ASKPASS where there is a display
(SSH_ASKPASS_REQUIRE=force, prefer or never as in OpenSSH), else on the terminal, else not at all. What a signature waits
for, such as a touch, is told in the same way (to an askpass program with SSH_ASKPASS_PROMPT=none).`,
  async run(args, io) {
    const { mode, options } = parseAgentOptions(args);
    const running = mode === 'stop' ? undefined : await findRunningAgent(options);
    if (running) return becomeClient(running, options, io);
    switch (mode) {
      case 'foreground':
        return runAgent(options, io, (address) =>
          options.command ? Promise.resolve() : io.printAsIs(environmentLines(address)),
        );
      case 'background':
        return startInBackground(options, io);
      case 'background-child':
        return runBackgroundChild(options, io);
      case 'stop':
        return stopAgent(options, io);
    }
  },
};
