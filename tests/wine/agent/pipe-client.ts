// The C client of agent pipes.
import { join } from 'node:path';
import { projectDir } from '../lane/paths.ts';
import {
  compileWindowsC,
  runWindowsExe,
  startWindowsExe,
  type WindowsProgram,
} from '../lane/windows-program.ts';

export interface Answers {
  readonly answered: number;
  /** Milliseconds of the slowest answer, connecting included. */
  readonly slowest: number;
}

export class PipeClient {
  readonly #exe = compileWindowsC(join(projectDir, 'tests/wine/clients/pipe-client.c'), [
    'advapi32',
    'ws2_32',
  ]);

  async run(...args: readonly string[]): Promise<string> {
    const { exitCode, output } = await runWindowsExe(this.#exe, args);
    if (exitCode === null) throw new Error(`the client hung: ${args.join(' ')}`);
    return output.replaceAll('\r', '');
  }

  start(...args: readonly string[]): WindowsProgram {
    return startWindowsExe(this.#exe, args, { timeoutMs: 180_000 });
  }

  /** Sends a request in hex from so many clients at once. */
  async askMany(pipe: string, request: string, clients: number): Promise<Answers> {
    const output = await this.run('many', pipe, request, String(clients));
    const [, answered, slowest] = /answered=(\d+) slowest=(\d+)/.exec(output) ?? [];
    return { answered: Number(answered), slowest: Number(slowest) };
  }
}
