// `sallyport public`: a key of the agent as a line for authorized_keys.
import { parseArguments } from '../parts/arguments.ts';
import { type Command, exitCode, UsageError } from '../parts/command.ts';
import { findKey } from '../parts/keys/find-key.ts';
import { keyWordHelp } from '../parts/keys/key-word-help.ts';
import { listedPublicLine } from '../parts/keys/listed-public-line.ts';
import { withAgent } from '../parts/with-agent.ts';

export const publicCommand: Command = {
  name: 'public',
  usage: 'KEY',
  summary: 'print a public key as one line, as in authorized_keys',
  options: {},
  operands: { list: ['key'] },
  help: `A certificate is printed when its file is named, or when the agent has nothing else of the key.
${keyWordHelp}`,
  async run(args, io) {
    const { positionals } = parseArguments({ args: [...args], options: {}, allowPositionals: true });
    const [word, ...others] = positionals;
    if (word === undefined || others.length > 0) throw new UsageError('Name one key.');
    const { entries } = await withAgent(io, async (client) => findKey(await client.list(), word));
    await io.printAsIs(listedPublicLine(entries[0], io.columns));
    return exitCode.ok;
  },
};
