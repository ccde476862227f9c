// The command's input and output when it is a process of its own.
import type { CommandIo } from './parts/command.ts';
import { readableLines } from './readable-lines.ts';
import { StandardOutput } from './standard-output.ts';

const output = new StandardOutput(1);
const complaints = new StandardOutput(2);

const write = (text: string) => output.write(`${text}\n`);

export const processIo: CommandIo = {
  env: process.env,
  get columns() {
    return output.columns;
  },
  print: (...lines) => write(readableLines(lines, output.columns)),
  printAsIs: write,
  complain(line) {
    const text = readableLines([`sallyport: ${line}`], complaints.columns);
    void complaints.write(`${text}\n`).catch(() => {});
  },
};

/** Ends the process when its last words have left: pipes are asynchronous on some systems. */
export async function exitProcess(code: number): Promise<never> {
  await output.end();
  await complaints.end();
  process.exit(code);
}
