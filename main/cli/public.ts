// `sallyport public`: a key of the agent as a line for authorized_keys.
import { foreignName, foreignText } from '../../text/foreign-text.ts';
import { cutToColumns } from '../terminal/wrap-lines.ts';
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
    const line = `${foreignName(algorithm, maxCommentCharacters)} ${Buffer.from(blob).toString('base64')} `;
    const shown = foreignText(comment, maxCommentCharacters);
    // SECURITY: to be copied from a terminal in one piece, this line is not broken by us; so only the row on which its
    // comment begins has room for it.
    const rest = io.columns === undefined ? undefined : io.columns - 1 - (line.length % io.columns);
    await io.printAsIs(`${line}${rest === undefined ? shown : cutToColumns(shown, rest)}`.trimEnd());
    return exitCode.ok;
  },
};
