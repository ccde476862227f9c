// `sallyport agent`: the agent without windows.

import { runBackgroundChild, startInBackground } from './agent-background.ts';
import { environmentLines } from './agent-environment.ts';
import { parseAgentOptions } from './agent-options.ts';
import { stopAgent } from './agent-stop.ts';
import type { Command } from './command.ts';
import { keyFileOptionsHelp } from './key-file-options.ts';
import { runAgent } from './run-agent.ts';

export const agentCommand: Command = {
  name: 'agent',
  usage: '[options] [KEYFILE…] [-- COMMAND…]',
  summary: 'run the agent',
  help: `When it listens, the agent prints two lines for the shell (SSH_AUTH_SOCK, SSH_AGENT_PID), adds
the KEYFILEs and stays in the foreground. With a COMMAND it prints nothing, runs the command
with both variables set, and ends with it and with its exit code (127: not found, 126: can't be
run, 128 + n: ended by signal n). A KEYFILE that can't be added is reported; the agent goes on.

  --socket PATH       where to listen; default $XDG_RUNTIME_DIR/sallyport/agent.sock, else a
                      socket in a fresh private directory
  --background        leave the agent running and return: eval "$(sallyport agent --background)";
                      exit code 1 when the agent runs but a KEYFILE could not be added
  --stop              end the agent of --socket, SSH_AUTH_SOCK or the default socket:
                      eval "$(sallyport agent --stop)"
  --askpass PROGRAM   ask for passphrases and consent with this program
  --no-prompt         never ask: what would need a person is refused
For the KEYFILEs:
${keyFileOptionsHelp}

Without --askpass the person is asked by the program in SSH_ASKPASS where there is a display
(SSH_ASKPASS_REQUIRE=force, prefer or never as in OpenSSH), else on the terminal, else not at all.`,
  async run(args, io) {
    const { mode, options } = parseAgentOptions(args);
    switch (mode) {
      case 'foreground':
        return runAgent(options, io, (address) =>
          options.command ? Promise.resolve() : io.print(environmentLines(address)),
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
