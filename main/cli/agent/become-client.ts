// On Windows, where another agent answers PuTTY's programs already: as Pageant does, we become its client and end.

import { foreignName } from '../../../text/foreign-text.ts';
import type { FoundAgent } from '../../client/find/windows-agents.ts';
import { CommandError, type CommandIo, exitCode } from '../parts/command.ts';
import { addAsClient } from './add-as-client.ts';
import type { AgentOptions } from './agent-options.ts';
import { runCommandOrExplain } from './run-command.ts';

const maxPathCharacters = 200;

function nameOf({ pid, executable }: FoundAgent): string {
  const program = executable === undefined ? 'another program' : foreignName(executable, maxPathCharacters);
  return pid === undefined ? program : `${program} (process ${pid})`;
}

/** The agent whose place a Sallyport with the usual doors would take; undefined when there is none. */
export async function findRunningAgent({ doors }: AgentOptions): Promise<FoundAgent | undefined> {
  // With `--doors` the person has said what they want; a door that is taken is then degraded alone.
  if (process.platform !== 'win32' || doors) return undefined;
  return (await import('../../client/find/windows-agents.ts')).findPageant();
}

/** Adds the key files there, and runs the command. Rejects with CommandError when there is neither. */
export async function becomeClient(agent: FoundAgent, options: AgentOptions, io: CommandIo): Promise<number> {
  const { keyFiles, command } = options;
  const { address } = agent;
  if (keyFiles.length === 0 && !command)
    throw new CommandError(
      `An agent is running already: ${nameOf(agent)} has Pageant’s pipe. Quit it first, or run beside it: sallyport agent --doors openssh-pipe,own-pipe`,
    );
  io.complain(`An agent is running already: ${nameOf(agent)}. It is used, and no other one started.`);
  const allAdded = await addAsClient(address, options, io);
  if (command) return runCommandOrExplain(command, { ...io.env, SSH_AUTH_SOCK: address }, io);
  return allAdded ? exitCode.ok : exitCode.failed;
}
