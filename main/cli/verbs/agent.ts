// `sallyport agent`: the agent without windows.

import { type AgentAddress, environmentLines } from '../agent/agent-environment.ts';
import { type AgentOptions, parseAgentOptions } from '../agent/agent-options.ts';
import { stopAgent } from '../agent/agent-stop.ts';
import { runBackgroundChild, startInBackground } from '../agent/background/agent-background.ts';
import { becomeClient, findRunningAgent } from '../agent/become-client.ts';
import { agentOptions } from '../agent/declared-options.ts';
import { runAgent } from '../agent/run-agent.ts';
import { whatNext } from '../agent/what-next.ts';
import type { Command, CommandIo } from '../parts/command.ts';
import { optionsHelp } from '../parts/options.ts';

const { encrypted, confirm, lifetime, ...ownOptions } = agentOptions;

/** To a command's output nothing is added, and to what a shell reads nothing but the lines for it. */
async function tellAddress(address: AgentAddress, { command, keyFiles }: AgentOptions, io: CommandIo) {
  if (command) return;
  await io.printAsIs(environmentLines(address));
  if (io.columns === undefined) return;
  await io.printAsIs(whatNext({ address, env: io.env, hasKeys: keyFiles.length > 0 }));
}

export const agentCommand: Command = {
  name: 'agent',
  usage: '[options] [KEYFILE…] [-- COMMAND…]',
  summary: 'run the agent',
  options: agentOptions,
  operands: { list: ['file'], repeated: true },
  /** Made when it is asked for, which is not when an agent starts. */
  get help() {
    return `When it listens, the agent prints two lines for the shell (SSH_AUTH_SOCK, SSH_AGENT_PID), adds
the KEYFILEs and stays in the foreground. With a COMMAND it prints nothing, runs the command
with both variables set, and ends with it and with its exit code (127: not found, 126: can't be
run, 128 + n: ended by signal n). A KEYFILE that can't be added is reported; the agent goes on.

${optionsHelp(ownOptions)}

The signal SIGUSR1 removes all keys, as with ssh-agent.

For the KEYFILEs:
${optionsHelp({ encrypted, confirm, lifetime })}

Without --askpass the person is asked by the program in SSH_ASKPASS where there is a display
(SSH_ASKPASS_REQUIRE=force, prefer or never as in OpenSSH), else on the terminal, else not at all.
What a signature waits for, such as a touch, is told in the same way (to an askpass program with
SSH_ASKPASS_PROMPT=none).`;
  },
  async run(args, io) {
    const { mode, options } = parseAgentOptions(args);
    const running = mode === 'stop' ? undefined : await findRunningAgent(options);
    if (running) return becomeClient(running, options, io);
    switch (mode) {
      case 'foreground':
        return runAgent(options, io, (address) => tellAddress(address, options, io));
      case 'background':
        return startInBackground(options, io);
      case 'background-child':
        return runBackgroundChild(options, io);
      case 'stop':
        return stopAgent(options, io);
    }
  },
};
