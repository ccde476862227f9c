// The agents that are compared: each is started afresh, in the foreground, with no keys.
import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { ask } from './single-request.ts';
import type { Command, Space } from './space.ts';

const listRequest = Uint8Array.of(11);
const startMs = 20_000;

export interface Contender {
  readonly name: string;
  /** As it tells it. */
  readonly version: string;
  readonly space: Space;
  /** Runs the agent at this socket until it is told to end. */
  readonly agentCommand: (socketPath: string) => Command;
  /** The agent is not killed, but ends with its standard input. */
  readonly endsWithInput?: boolean;
  /** Lists the keys of SSH_AUTH_SOCK; undefined where the agent brings no command of its own. */
  readonly listCommand: Command | undefined;
  /** Tells when keys may be used without a question; ours alone has it. */
  readonly rulesCommand?: Command;
}

export interface RunningAgent {
  readonly contender: Contender;
  readonly socketPath: string;
  readonly pid: number;
  /** Milliseconds from its start to its first list. */
  readonly firstAnswerMs: number;
  stop(): Promise<void>;
}

/** Resolves with milliseconds since `sinceMs`. */
async function firstAnswer(child: ChildProcess, socketPath: string, sinceMs: number): Promise<number> {
  let failed: Error | undefined;
  child.once('error', (problem) => {
    failed = problem;
  });
  for (;;) {
    try {
      await ask(socketPath, listRequest);
      return performance.now() - sinceMs;
    } catch (problem: unknown) {
      if (failed) throw failed;
      if (child.exitCode !== null || performance.now() - sinceMs > startMs) throw problem;
      await delay(1);
    }
  }
}

/** Resolves when it has answered for the first time. */
export async function startAgent(contender: Contender): Promise<RunningAgent> {
  const { space, endsWithInput = false } = contender;
  const socketPath = space.newPath();
  const sinceMs = performance.now();
  const child = space.spawn(contender.agentCommand(socketPath), { endsWithInput });
  try {
    const firstAnswerMs = await firstAnswer(child, socketPath, sinceMs);
    if (child.pid === undefined) throw new Error('it has no process');
    return { contender, socketPath, pid: child.pid, firstAnswerMs, stop: () => space.end(child) };
  } catch (problem: unknown) {
    await space.end(child);
    throw new Error(`${contender.name} did not start`, { cause: problem });
  }
}
