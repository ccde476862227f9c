// An agent that its person has locked, and who is asked whether they unlock it.
import type { AgentOptions } from '../../main/agent/create-agent.ts';
import { agentWithKey } from './consent-agent.ts';
import { UnlockingApprover } from './scripted-approver.ts';

/** Has one key, and is locked by its person. */
export async function lockedAgent(constraints?: Uint8Array, options: Partial<AgentOptions> = {}) {
  const approver = new UnlockingApprover();
  const test = await agentWithKey(constraints, { approver, ...options });
  test.agent.pause('You were away.');
  const { activity, activitySettled, missed } = test.agent.consent;
  /** What is written down of the latest request. */
  const lastEntry = async () => {
    await activitySettled();
    return activity.list()[0];
  };
  /** Answers the n-th unlock prompt. */
  const unlock = async (n: number) => (await approver.unlockPrompt(n)).answer('unlock');
  const stayLocked = async (n: number) => (await approver.unlockPrompt(n)).answer('stay-locked');
  return { ...test, approver, lastEntry, missed, unlock, stayLocked, asked: () => approver.unlocks.length };
}
