// What a relay carries a connection to: an agent's socket, or a command whose standard streams are the agent.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { readPeerCredentials } from '../../../ipc/posix/sockets/peer-credentials.ts';
import { foreignName } from '../../../text/foreign-text.ts';
import { systemErrorInWords } from '../../../text/system-error.ts';
import { AgentConnectionError } from '../agent-errors.ts';
import { openAgentSocket } from '../agent-socket.ts';

export interface RelayTarget {
  readonly input: Writable;
  readonly output: AsyncIterable<unknown>;
  /** No more requests come; answers may. */
  end(): void;
  /** The connection is over: nobody reads answers any more, or there are none. */
  close(): void;
}

/** How long a command may go on that has ended its output, or is told to end. */
const endTimeMs = 2000;

/** Rejects with NoAgentError, or AgentConnectionError where the relay itself is what listens there. */
export async function connectTo(address: string): Promise<RelayTarget> {
  const socket = await openAgentSocket(address, true);
  socket.on('error', () => {});
  // By whatever name: each connection would begin another, until there is no place left.
  if (readPeerCredentials(socket)?.pid === process.pid) {
    socket.destroy();
    throw new AgentConnectionError(
      `${foreignName(address)} is this relay itself: name the agent that it is to connect to.`,
    );
  }
  return { input: socket, output: socket, end: () => socket.end(), close: () => socket.destroy() };
}

function howItEnded(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}

function killInTime(child: ChildProcess): void {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const timer = setTimeout(() => child.kill('SIGKILL'), endTimeMs);
  child.once('exit', () => clearTimeout(timer));
}

/**
 * Starts `command` for one connection; its standard error is ours. `complain` is told of a command that fails before it
 * is closed. Rejects with AgentConnectionError when it can't be started.
 */
export async function startThrough(
  [program = '', ...args]: readonly string[],
  complain: (line: string) => void,
): Promise<RelayTarget> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  for (const stream of [child.stdin, child.stdout]) stream.on('error', () => {});
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', ({ code, message }: NodeJS.ErrnoException) => {
      const why = systemErrorInWords(code ?? message);
      reject(new AgentConnectionError(`${foreignName(program)} can’t be started: ${why}.`));
    });
  });
  let isUnwanted = false;
  child.on('error', () => {});
  child.once('exit', (code, signal) => {
    if (code !== 0 && !isUnwanted)
      complain(`${foreignName(program)} has failed (${howItEnded(code, signal)}), and its connection ends.`);
  });
  return {
    input: child.stdin,
    output: child.stdout,
    end: () => void child.stdin.end(),
    close: () => {
      // What has ended its output by itself is about to say by its exit code why.
      if (!child.stdout.readableEnded) {
        isUnwanted = true;
        child.kill();
      }
      child.stdin.destroy();
      child.stdout.destroy();
      killInTime(child);
    },
  };
}
