// What the tray icon says, and what it says in words.
export type TrayState = 'ready' | 'locked-keys' | 'prompt-waiting' | 'agent-locked' | 'door-degraded';

export interface TrayFacts {
  readonly promptCount: number;
  readonly isAgentLocked: boolean;
  readonly isDoorDegraded: boolean;
  readonly keyCount: number;
  readonly encryptedCount: number;
}

/** The most urgent of what could be said. */
export function trayState(facts: TrayFacts): TrayState {
  if (facts.promptCount > 0) return 'prompt-waiting';
  if (facts.isAgentLocked) return 'agent-locked';
  if (facts.isDoorDegraded) return 'door-degraded';
  return facts.encryptedCount > 0 ? 'locked-keys' : 'ready';
}

const counted = (count: number, one: string, many: string) => (count === 1 ? `1 ${one}` : `${count} ${many}`);

/** For the tooltip and for screen readers; Windows shows 127 characters. */
export function trayTooltip(facts: TrayFacts): string {
  const keys = counted(facts.keyCount, 'key', 'keys');
  const encrypted = facts.encryptedCount > 0 ? `, ${facts.encryptedCount} encrypted` : '';
  const said: Record<TrayState, string> = {
    'prompt-waiting': `Sallyport: ${counted(facts.promptCount, 'question waits', 'questions wait')} for you`,
    'agent-locked': `Sallyport: locked, ${keys}`,
    'door-degraded': `Sallyport: ${keys}${encrypted}; a door could not be opened`,
    'locked-keys': `Sallyport: ${keys}${encrypted}`,
    ready: `Sallyport: ${keys}`,
  };
  return said[trayState(facts)];
}
