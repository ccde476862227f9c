// `sallyport reencrypt`: decrypted keys back to their encrypted form.
import { foreignName } from '../../../text/foreign-text.ts';
import type { Command } from '../parts/command.ts';
import { actOnKeys } from '../parts/keys/act-on-keys.ts';
import { keyWordHelp } from '../parts/keys/key-word-help.ts';
import { optionsHelp } from '../parts/options.ts';

const options = {
  all: {
    type: 'boolean',
    help: 'all keys that have an encrypted form; the others are counted on standard error',
  },
} as const;

export const reencryptCommand: Command = {
  name: 'reencrypt',
  usage: 'KEY… | --all',
  summary: 'forget decrypted keys, so that their next use asks for the passphrase',
  options,
  operands: { list: ['key'], repeated: true },
  help: `Works for keys that were added with --encrypted.
${keyWordHelp}

${optionsHelp(options)}`,
  run: (args, io) =>
    actOnKeys(args, io, {
      options,
      infinitive: 're-encrypt',
      participle: 'Encrypted',
      one: (client, { entries }) => client.reencrypt(entries[0].blob),
      async all(client) {
        const leftInClear = await client.reencryptAll();
        await io.print('Every key that has an encrypted form is encrypted.');
        if (leftInClear > 0)
          io.complain(`${leftInClear} in the list stay in clear: they were added without an encrypted form.`);
      },
      complaint: (word, problem) => `${foreignName(word)}: ${problem}`,
    }),
};
