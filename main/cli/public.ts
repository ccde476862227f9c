// `sallyport public`: a key of the agent as a line for authorized_keys.
import { foreignText } from '../../text/foreign-text.ts';
import { parseArguments } from './arguments.ts';
import { type Command, exitCode, UsageError } from './command.ts';
import { describeBlob } from './describe-key.ts';
import { findKey } from './find-key.ts';
import { keyWordHelp } from './key-word-help.ts';
import { withAgent } from './with-agent.ts';

const maxCommentCharacters = 1000;

export const publicCommand: Command = {
  name: 'public',
  usage: 'KEY',
  summary: 'print a public key as one line, as in authorized_keys',
  help: `A certificate is printed when its file is named, or when the agent has nothing else of the key.
${keyWordHelp}`,
  async run(args, io) {
    const { positionals } = parseArguments({ args: [...args], options: {}, allowPositionals: true });
    const [word, ...others] = positionals;
    if (word === undefined || others.length > 0) throw new UsageError('Name one key.');
    const { entries } = await withAgent(io, async (client) => findKey(await client.list(), word));
    const [{ blob, comment }] = entries;
    // Not formatPublicKeyLine: the agent may hold kinds of keys that can't be parsed here.
    const { algorithm } = describeBlob(blob);
    const fields = [
      algorithm,
      Buffer.from(blob).toString('base64'),
      foreignText(comment, maxCommentCharacters),
    ];
    await io.print(fields.join(' ').trimEnd());
    return exitCode.ok;
  },
};
