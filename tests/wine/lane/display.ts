// A private X display: a Win32 window needs one, even a hidden one.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

export interface Display {
  /** For example `:3`. */
  readonly name: string;
  stop(): Promise<void>;
}

/** Starts Xvfb on a display number that it finds free itself. */
export async function startDisplay(): Promise<Display> {
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '800x600x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await Promise.race([readDisplayNumber(server), failOnExit(server)]);
  return {
    name: `:${number}`,
    async stop() {
      if (server.exitCode !== null || server.signalCode !== null) return;
      server.kill();
      await once(server, 'exit');
    },
  };
}

async function readDisplayNumber(server: ChildProcess): Promise<string> {
  let text = '';
  for await (const chunk of server.stdio[3] as Readable) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.trim();
}

async function failOnExit(server: ChildProcess): Promise<never> {
  const [code] = await once(server, 'exit');
  throw new Error(`Xvfb ended with ${code}`);
}
