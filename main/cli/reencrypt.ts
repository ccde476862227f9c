// `sallyport reencrypt`: decrypted keys back to their encrypted form.
import type { AgentClient } from '../client/agent-client.ts';
import { parseArguments } from './arguments.ts';
import { type Command, type CommandIo, exitCode, UsageError } from './command.ts';
import { explainError } from './explain-error.ts';
import { findKey } from './find-key.ts';
import { keyWordHelp } from './key-word-help.ts';
import { withAgent } from './with-agent.ts';

async function reencryptAll(client: AgentClient, io: CommandIo): Promise<number> {
  const leftInClear = await client.reencryptAll();
  await io.print('Every key that has an encrypted form is encrypted.');
  if (leftInClear > 0)
    io.complain(`${leftInClear} in the list stay in clear: they were added without an encrypted form.`);
  return exitCode.ok;
}

async function reencryptEach(client: AgentClient, words: readonly string[], io: CommandIo): Promise<number> {
  let code: number = exitCode.ok;
  for (const word of words) {
    try {
      const { entries } = await findKey(await client.list(), word);
      await client.reencrypt(entries[0].blob);
      await io.print(`Encrypted ${word}.`);
    } catch (error: unknown) {
      io.complain(`${word}: ${explainError(error)}`);
      code = exitCode.failed;
    }
  }
  return code;
}

export const reencryptCommand: Command = {
  name: 'reencrypt',
  usage: 'KEY… | --all',
  summary: 'forget decrypted keys, so that their next use asks for the passphrase',
  help: `Works for keys that were added with --encrypted. ${keyWordHelp}

  --all  all keys that have an encrypted form; the others are counted on standard error`,
  async run(args, io) {
    const { values, positionals } = parseArguments({
      args: [...args],
      options: { all: { type: 'boolean' } },
      allowPositionals: true,
    });
    if ((positionals.length === 0) !== Boolean(values.all))
      throw new UsageError('Name the keys to re-encrypt, or say --all.');
    return withAgent(io, (client) =>
      values.all ? reencryptAll(client, io) : reencryptEach(client, positionals, io),
    );
  },
};
