// `sallyport add`: key files into the agent.
import { createCryptoOffload } from '../../crypto-worker/crypto-offload-pool.ts';
import { systemPassphraseEncodings } from '../../process/system-passphrase-encodings.ts';
import { choosePrompter } from '../../terminal/choose-prompter.ts';
import { parseArguments } from '../parts/arguments.ts';
import { type Command, exitCode, UsageError } from '../parts/command.ts';
import { addKeyFiles } from '../parts/key-files/add-key-files.ts';
import {
  keyFileOptions,
  keyFileOptionsHelp,
  parseKeyFileOptions,
} from '../parts/key-files/key-file-options.ts';
import { withAgent } from '../parts/with-agent.ts';

/** Short ones as ssh-add has them. */
const addOptions = {
  ...keyFileOptions,
  confirm: { type: 'boolean', short: 'c' },
  lifetime: { type: 'string', short: 't' },
} as const;

export const addCommand: Command = {
  name: 'add',
  usage: '[--encrypted] [-c | --confirm] [-t TIME | --lifetime TIME] FILE…',
  summary: 'add private key files to the agent',
  help: `FILE is a private key: PPK 1 to 3, OpenSSH, PKCS#8, PKCS#1 or SEC1. A certificate beside it
(FILE-cert.pub) is added, too. With - for a FILE the key is read from standard input. A passphrase
that opened one file is tried on the next ones. A file that can't be added does not stop the
others; the exit code is 1 then.

${keyFileOptionsHelp}`,
  async run(args, io) {
    const { values, positionals } = parseArguments({
      args: [...args],
      options: addOptions,
      allowPositionals: true,
    });
    if (positionals.length === 0) throw new UsageError('Name the key files to add.');
    const options = parseKeyFileOptions(values);
    const encodings = await systemPassphraseEncodings();
    const offload = createCryptoOffload();
    try {
      const allAdded = await withAgent(io, (client) =>
        addKeyFiles(positionals, {
          ...options,
          client,
          offload,
          passphraseEncodings: encodings,
          prompter: choosePrompter({ prefer: 'terminal', interruptible: true, env: io.env }, io.complain),
          signal: new AbortController().signal,
          report: io.print,
          complain: io.complain,
        }),
      );
      return allAdded ? exitCode.ok : exitCode.failed;
    } finally {
      await offload.close();
    }
  },
};
