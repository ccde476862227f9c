// The C client and the agent that copydata tests talk to, and what the client's lines mean.
import { join } from 'node:path';
import { type Answers, answersOf } from '../lane/answers.ts';
import { projectDir } from '../lane/paths.ts';
import {
  bundleForWindows,
  compileWindowsC,
  runWindowsExe,
  startWindowsExe,
  type WindowsProgram,
} from '../lane/windows-program.ts';

export interface Answer {
  /** What SendMessage returned: 1 for an answer, 0 for a refusal. */
  readonly result: number;
  readonly ms: number;
  /** Length of the message in the shared memory afterwards; its first 64 bytes in hex; its last byte. */
  readonly length?: number;
  readonly body?: string;
  readonly last?: string;
}

export function buildAgent(): Promise<string> {
  return bundleForWindows(join(projectDir, 'tests/wine/copydata/copydata-agent.ts'), {
    'copydata-worker': join(projectDir, 'ipc/transports/copydata/copydata-worker.ts'),
  });
}

export class CopydataClient {
  /** Its Unix path. */
  readonly exe = compileWindowsC(join(projectDir, 'tests/wine/copydata/copydata-client.c'), ['advapi32']);

  /** Sends one request, given in hex, and returns the answer. */
  async ask(request: string, ...options: string[]): Promise<Answer> {
    return parseAnswer(await this.run('ask', request, ...options));
  }

  /** Sends many requests. */
  async askMany(request: string, ...options: string[]): Promise<Answers> {
    return answersOf(await runWindowsExe(this.exe, ['ask', request, '--quiet', ...options]));
  }

  /** The thread whose window new clients find; empty while there is none. */
  async frontThread(): Promise<string> {
    return /thread=(\d+)/.exec(await this.run('find'))?.[1] ?? '';
  }

  /** Starts a request that is going to wait, for three minutes at most. */
  start(...args: string[]): WindowsProgram {
    return startWindowsExe(this.exe, args);
  }

  /** Runs any of the client's commands and returns what it printed. */
  async run(...args: string[]): Promise<string> {
    const { exitCode, output } = await runWindowsExe(this.exe, args);
    if (exitCode === null) throw new Error(`the client hung: ${args.join(' ')}`);
    return output;
  }
}

/** The answer that a client started with `start` has printed at its end. */
export async function answerOf(program: WindowsProgram): Promise<Answer> {
  return parseAnswer((await program.result).output);
}

function parseAnswer(output: string): Answer {
  const line = output.split(/\r?\n/).find((text) => text.startsWith('result='));
  if (line === undefined) throw new Error(`no answer: ${output}`);
  const fields = Object.fromEntries(line.split(' ').map((field) => field.split('=') as [string, string]));
  const { result, ms, length, ...texts } = fields;
  return { result: Number(result), ms: Number(ms), ...(length && { length: Number(length) }), ...texts };
}
