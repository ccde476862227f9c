// Locks the agent by itself: when the session is locked, before the machine sleeps, and after a time without input.
import { powerMonitor } from 'electron';
import type { Settings } from '../../../ipc/contract/settings.ts';

const idleCheckMs = 15_000;

/** `lock` takes the reason, as a sentence for the person. Returns the way to stop. */
export function lockOnTriggers(settings: () => Settings, lock: (reason: string) => void): () => void {
  const sessionLocked = () => {
    if (settings().lockOnSessionLock) lock('Locked when the session was locked.');
  };
  const suspending = () => {
    if (settings().lockOnSuspend) lock('Locked before the machine went to sleep.');
  };
  const checkIdle = () => {
    const { idleLockMinutes } = settings();
    if (idleLockMinutes > 0 && powerMonitor.getSystemIdleTime() >= idleLockMinutes * 60)
      lock(
        `Locked after ${idleLockMinutes === 1 ? 'a minute' : `${idleLockMinutes} minutes`} without input.`,
      );
  };
  powerMonitor.on('lock-screen', sessionLocked);
  powerMonitor.on('suspend', suspending);
  const timer = setInterval(checkIdle, idleCheckMs);
  timer.unref();
  return () => {
    powerMonitor.off('lock-screen', sessionLocked);
    powerMonitor.off('suspend', suspending);
    clearInterval(timer);
  };
}
