// The command's input and output when it is a process of its own.
import type { CommandIo } from './parts/command.ts';
import { readableLines } from './readable-lines.ts';

// A reader that has gone is met by `print`, whose promise rejects; without listeners the process would end noisily.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});

/** 0 on a terminal that was never told its size. */
const columnsOf = (stream: NodeJS.WriteStream) => (stream.isTTY && stream.columns) || undefined;

const write = (text: string) =>
  new Promise<void>((resolve, reject) => {
    process.stdout.write(`${text}\n`, (error) => (error ? reject(error) : resolve()));
  });

export const processIo: CommandIo = {
  env: process.env,
  get columns() {
    return columnsOf(process.stdout);
  },
  print: (...lines) => write(readableLines(lines, columnsOf(process.stdout))),
  printAsIs: write,
  complain(line) {
    process.stderr.write(`${readableLines([`sallyport: ${line}`], columnsOf(process.stderr))}\n`);
  },
};

/** Ends the process when its last words have left: pipes are asynchronous on some systems. */
export async function exitProcess(code: number): Promise<never> {
  for (const stream of [process.stdout, process.stderr])
    await new Promise((resolve) => stream.write('', resolve));
  process.exit(code);
}
