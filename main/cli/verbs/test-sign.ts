// `sallyport test-sign`: proves that the agent can use a key.
import { parseArguments } from '../parts/arguments.ts';
import { type Command, exitCode, UsageError } from '../parts/command.ts';
import { describeBlob } from '../parts/keys/describe-key.ts';
import { findKey } from '../parts/keys/find-key.ts';
import { keyWordHelp } from '../parts/keys/key-word-help.ts';
import { testSignKey } from '../parts/keys/test-sign-key.ts';
import { withAgent } from '../parts/with-agent.ts';

export const testSignCommand: Command = {
  name: 'test-sign',
  usage: 'KEY',
  summary: 'let the agent sign random data with a key, and check the signature',
  options: {},
  operands: { list: ['key'] },
  help: keyWordHelp,
  async run(args, io) {
    const { positionals } = parseArguments({ args: [...args], options: {}, allowPositionals: true });
    const [word, ...others] = positionals;
    if (word === undefined || others.length > 0) throw new UsageError('Name one key.');
    await withAgent(io, async (client) => {
      const { entries } = await findKey(await client.list(), word);
      const algorithm = await testSignKey(client, entries[0]);
      await io.print(`ok: ${describeBlob(entries[0].blob).fingerprint} signed, ${algorithm} verified`);
    });
    return exitCode.ok;
  },
};
