// The C client of agent pipes.
import { join } from 'node:path';
import { type Answers, answersOf } from '../lane/answers.ts';
import { projectDir } from '../lane/paths.ts';
import {
  compileWindowsC,
  runWindowsExe,
  startWindowsExe,
  type WindowsProgram,
} from '../lane/windows-program.ts';

export class PipeClient {
  /** Its Unix path. */
  readonly exe = compileWindowsC(join(projectDir, 'tests/wine/clients/pipe-client.c'), [
    'advapi32',
    'ws2_32',
  ]);

  async run(...args: readonly string[]): Promise<string> {
    const { exitCode, output } = await runWindowsExe(this.exe, args);
    if (exitCode === null) throw new Error(`the client hung: ${args.join(' ')}`);
    return output.replaceAll('\r', '');
  }

  start(...args: readonly string[]): WindowsProgram {
    return startWindowsExe(this.exe, args);
  }

  /** Sends a request in hex from so many clients at once; the times include connecting. */
  async askMany(pipe: string, request: string, clients: number): Promise<Answers> {
    return answersOf(await runWindowsExe(this.exe, ['many', pipe, request, String(clients)]));
  }
}
