// `sallyport lock` and `sallyport unlock`.

import type { SecretBytes } from '../../keys/encoding/secret-bytes.ts';
import { forgetDroppedKeys } from '../../process/forget-dropped-keys.ts';
import { choosePrompter } from '../../terminal/choose-prompter.ts';
import type { Prompter } from '../../terminal/prompter.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, CommandError, type CommandIo, exitCode } from '../parts/command.ts';
import { withAgent } from '../parts/with-agent.ts';

const never = new AbortController().signal;

async function ask(prompter: Prompter, text: string): Promise<SecretBytes> {
  const passphrase = await prompter.askPassphrase(text, never);
  if (passphrase && passphrase.length > 0) return passphrase;
  passphrase?.wipe();
  throw new CommandError(
    'No passphrase was given, so nothing was done. It is asked for on the terminal or by SSH_ASKPASS.',
  );
}

/** Asked twice: a slip of the finger would lock the person out. */
async function askNewPassphrase(prompter: Prompter): Promise<SecretBytes> {
  const passphrase = await ask(prompter, 'Passphrase to lock the agent with:');
  using again = await ask(prompter, 'The same passphrase again:');
  if (Buffer.compare(passphrase.bytes, again.bytes) === 0) return passphrase;
  passphrase.wipe();
  throw new CommandError('The two passphrases differ, so the agent was not locked.');
}

function prompterOf(io: CommandIo): Prompter {
  forgetDroppedKeys();
  return choosePrompter({ prefer: 'terminal', interruptible: true, env: io.env }, io.complain);
}

export const lockCommand: Command = {
  name: 'lock',
  usage: '',
  summary: 'lock the agent with a passphrase',
  help: `Until it is unlocked the agent lists no keys and signs nothing. Keys that have an
encrypted form are forgotten in clear. The passphrase is asked for twice.`,
  async run(args, io) {
    parseArguments({ args: [...args], options: {} });
    await withAgent(io, async (client) => {
      await client.lock(await askNewPassphrase(prompterOf(io)));
    });
    await io.print('The agent is locked.');
    return exitCode.ok;
  },
};

export const unlockCommand: Command = {
  name: 'unlock',
  usage: '',
  summary: 'unlock the agent',
  help: `Asks for the passphrase that the agent was locked with. Every wrong one makes the next answer
slower.`,
  async run(args, io) {
    parseArguments({ args: [...args], options: {} });
    await withAgent(io, async (client) => {
      await client.unlock(await ask(prompterOf(io), 'Passphrase that the agent was locked with:'));
    });
    await io.print('The agent is unlocked.');
    return exitCode.ok;
  },
};
