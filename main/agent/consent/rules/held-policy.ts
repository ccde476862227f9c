// What an agent goes by: the rules as they are stored, with what holds beside them.
import type { LevelsBeside } from './ask-level.ts';
import type { Policy } from './policy.ts';

/** `isMute` as in PolicyFile. The policy itself where nothing else holds. */
export function heldPolicy(policy: Policy, beside: LevelsBeside, isMute: boolean): Policy {
  const isLevelOpen = isMute && policy.isUnchosen && policy.defaultLevel === 'new';
  const hasBeside = beside === 'unreadable' || beside.size > 0;
  if (!isLevelOpen && !hasBeside) return policy;
  return { ...policy, ...(isLevelOpen && { defaultLevel: 'never' as const }), ...(hasBeside && { beside }) };
}
