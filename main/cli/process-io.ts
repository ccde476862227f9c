// The command's input and output when it is a process of its own.
import { foreignText } from '../../text/foreign-text.ts';
import type { CommandIo } from './command.ts';

const maxLineCharacters = 4000;

// A reader that has gone is met by `print`, whose promise rejects; without listeners the process would end noisily.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

export const processIo: CommandIo = {
  env: process.env,
  get columns() {
    // 0 on a terminal that was never told its size.
    return (process.stdout.isTTY && process.stdout.columns) || undefined;
  },
  print: (line) =>
    new Promise((resolve, reject) => {
      process.stdout.write(`${line}\n`, (error) => (error ? reject(error) : resolve()));
    }),
  complain(line) {
    // Names of files are in it, as somebody else may have chosen them.
    process.stderr.write(`sallyport: ${foreignText(line, maxLineCharacters)}\n`);
  },
};

/** Ends the process when its last words have left: pipes are asynchronous on some systems. */
export async function exitProcess(code: number): Promise<never> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise((resolve) => stream.write('', resolve));
  process.exit(code);
}
