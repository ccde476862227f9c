// `sallyport lock` and `sallyport unlock`.

import { parseArguments } from '../parts/arguments.ts';
import { askNewPassphrase, askPassphrase, prompterOf } from '../parts/ask-passphrase.ts';
import { type Command, exitCode } from '../parts/command.ts';
import { withAgent } from '../parts/with-agent.ts';

export const lockCommand: Command = {
  name: 'lock',
  usage: '',
  summary: 'lock the agent with a passphrase',
  options: {},
  help: `Until it is unlocked the agent lists no keys and signs nothing. Keys that have an
encrypted form are forgotten in clear. The passphrase is asked for twice.`,
  async run(args, io) {
    parseArguments({ args: [...args], options: {} });
    await withAgent(io, async (client) => {
      const text = 'Passphrase to lock the agent with:';
      await client.lock(await askNewPassphrase(prompterOf(io), text, 'the agent was not locked'));
    });
    await io.print('The agent is locked.');
    return exitCode.ok;
  },
};

export const unlockCommand: Command = {
  name: 'unlock',
  usage: '',
  summary: 'unlock the agent',
  options: {},
  help: `Asks for the passphrase that the agent was locked with. Every wrong one makes the next answer
slower.`,
  async run(args, io) {
    parseArguments({ args: [...args], options: {} });
    await withAgent(io, async (client) => {
      await client.unlock(await askPassphrase(prompterOf(io), 'Passphrase that the agent was locked with:'));
    });
    await io.print('The agent is unlocked.');
    return exitCode.ok;
  },
};
