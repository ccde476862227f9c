// Keys given to an agent as ssh-add gives them.
import type { BenchKey } from '../keys/bench-keys.ts';
import type { RunningAgent } from './contender.ts';
import { ask } from './single-request.ts';

const success = 6;

/** Rejects when the agent refuses one. */
export async function addKeys(
  { contender, socketPath }: RunningAgent,
  keys: readonly BenchKey[],
): Promise<void> {
  for (const { kind, addMessage } of keys) {
    const [reply] = await ask(socketPath, addMessage);
    if (reply !== success) throw new Error(`${contender.name} refused a key: ${kind}`);
  }
}
