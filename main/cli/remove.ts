// `sallyport remove`: keys out of the agent.
import type { AgentClient } from '../client/agent-client.ts';
import { parseArguments } from './arguments.ts';
import { type Command, type CommandIo, exitCode, UsageError } from './command.ts';
import { explainError } from './explain-error.ts';
import { findKey } from './find-key.ts';
import { keyWordHelp } from './key-word-help.ts';
import { withAgent } from './with-agent.ts';

async function removeOne(client: AgentClient, word: string): Promise<void> {
  const { entries } = await findKey(await client.list(), word);
  for (const { blob } of entries) await client.remove(blob);
}

async function removeEach(client: AgentClient, words: readonly string[], io: CommandIo): Promise<number> {
  let code: number = exitCode.ok;
  for (const word of words) {
    try {
      await removeOne(client, word);
      await io.print(`Removed ${word}.`);
    } catch (error: unknown) {
      io.complain(explainError(error));
      code = exitCode.failed;
    }
  }
  return code;
}

export const removeCommand: Command = {
  name: 'remove',
  usage: 'KEY… | --all',
  summary: 'remove keys, with their certificates, from the agent',
  help: `${keyWordHelp}

  --all  remove all keys`,
  async run(args, io) {
    const { values, positionals } = parseArguments({
      args: [...args],
      options: { all: { type: 'boolean' } },
      allowPositionals: true,
    });
    if ((positionals.length === 0) !== Boolean(values.all))
      throw new UsageError('Name the keys to remove, or say --all.');
    return withAgent(io, async (client) => {
      if (!values.all) return removeEach(client, positionals, io);
      await client.removeAll();
      await io.print('Removed all keys.');
      return exitCode.ok;
    });
  },
};
