// `sallyport remove`: keys out of the agent.

import type { Command } from '../parts/command.ts';
import { actOnKeys } from '../parts/keys/act-on-keys.ts';
import { keyWordHelp } from '../parts/keys/key-word-help.ts';
import { optionsHelp } from '../parts/options.ts';

const options = { all: { type: 'boolean', short: 'D', help: 'remove all keys' } } as const;

export const removeCommand: Command = {
  name: 'remove',
  usage: 'KEY… | -D | --all',
  summary: 'remove keys, with their certificates, from the agent',
  options,
  operands: { list: ['key'], repeated: true },
  help: `${keyWordHelp}

${optionsHelp(options)}`,
  run: (args, io) =>
    actOnKeys(args, io, {
      infinitive: 'remove',
      participle: 'Removed',
      options,
      async one(client, { entries }) {
        for (const { blob } of entries) await client.remove(blob);
      },
      async all(client) {
        await client.removeAll();
        await io.print('Removed all keys.');
      },
      complaint: (_word, problem) => problem,
    }),
};
