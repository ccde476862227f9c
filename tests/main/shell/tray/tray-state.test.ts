// What the tray says of the agent, in its icon's tooltip.
import { describe, expect, it } from 'vitest';
import { type TrayFacts, trayState, trayTooltip } from '../../../../main/shell/tray/tray-state.ts';

describe('the tray', () => {
  const quiet: TrayFacts = {
    promptCount: 0,
    waitCount: 0,
    lock: { isPaused: false, isLockedByClient: false },
    isDoorDegraded: false,
    keyCount: 2,
    encryptedCount: 0,
  };
  const paused = { isPaused: true, reason: 'Locked by you.', isLockedByClient: false };
  const byClient = { isPaused: false, isLockedByClient: true };

  it.each([
    ['ready', {}, 'Sallyport: 2 keys'],
    ['locked-keys', { encryptedCount: 1 }, 'Sallyport: 2 keys, 1 encrypted'],
    [
      'door-degraded',
      { encryptedCount: 1, isDoorDegraded: true },
      'Sallyport: 2 keys, 1 encrypted; a door could not be opened',
    ],
    ['agent-locked', { lock: paused, isDoorDegraded: true }, 'Sallyport: locked, 2 keys'],
    ['agent-locked', { lock: byClient }, 'Sallyport: locked by a program, 2 keys'],
    [
      'agent-locked',
      { lock: { ...paused, isLockedByClient: true } },
      'Sallyport: locked by you and by a program, 2 keys',
    ],
    ['prompt-waiting', { promptCount: 1, lock: paused }, 'Sallyport: 1 question waits for you'],
    ['prompt-waiting', { waitCount: 2 }, 'Sallyport: 2 signatures wait for you'],
  ] as const)('says %s', (state, facts, tooltip) => {
    expect(trayState({ ...quiet, ...facts })).toBe(state);
    expect(trayTooltip({ ...quiet, ...facts })).toBe(tooltip);
  });
});
