// What the tray icon says, and what it says in words.
import type { LockState } from '../../agent/requests/agent-lock.ts';

export type TrayState = 'ready' | 'locked-keys' | 'prompt-waiting' | 'agent-locked' | 'door-degraded';

export interface TrayFacts {
  readonly promptCount: number;
  /** Signatures that wait for a touch, or for the system's dialog. */
  readonly waitCount: number;
  readonly lock: LockState;
  readonly isDoorDegraded: boolean;
  readonly keyCount: number;
  readonly encryptedCount: number;
}

/** The most urgent of what could be said. */
export function trayState(facts: TrayFacts): TrayState {
  if (facts.promptCount > 0 || facts.waitCount > 0) return 'prompt-waiting';
  if (facts.lock.isPaused || facts.lock.isLockedByClient) return 'agent-locked';
  if (facts.isDoorDegraded) return 'door-degraded';
  return facts.encryptedCount > 0 ? 'locked-keys' : 'ready';
}

const counted = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

function lockedBy({ isPaused, isLockedByClient }: LockState): string {
  if (!isLockedByClient) return 'locked';
  return isPaused ? 'locked by you and by a program' : 'locked by a program';
}

function waiting({ promptCount, waitCount }: TrayFacts): string {
  return promptCount > 0
    ? counted(promptCount, 'question waits', 'questions wait')
    : counted(waitCount, 'signature waits', 'signatures wait');
}

/** For the tooltip and for screen readers; Windows shows 127 characters. */
export function trayTooltip(facts: TrayFacts): string {
  const keys = counted(facts.keyCount, 'key', 'keys');
  const encrypted = facts.encryptedCount > 0 ? `, ${facts.encryptedCount} encrypted` : '';
  const said: Record<TrayState, string> = {
    'prompt-waiting': `Sallyport: ${waiting(facts)} for you`,
    'agent-locked': `Sallyport: ${lockedBy(facts.lock)}, ${keys}`,
    'door-degraded': `Sallyport: ${keys}${encrypted}; a door could not be opened`,
    'locked-keys': `Sallyport: ${keys}${encrypted}`,
    ready: `Sallyport: ${keys}`,
  };
  return said[trayState(facts)];
}
