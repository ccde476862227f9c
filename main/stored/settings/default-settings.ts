// The settings of a first start.
import type { Settings } from '../../../ipc/contract/settings.ts';
import { timeLimits } from '../../agent/limits/time-limits.ts';

export const defaultSettings: Settings = {
  startAtLogin: false,
  restoreKeys: true,
  lockOnSessionLock: false,
  lockOnSuspend: true,
  idleLockMinutes: 0,
  confirmTimeLimitSeconds: timeLimits.confirmMs / 1000,
  passphraseTimeLimitSeconds: timeLimits.passphraseMs / 1000,
  keepUnlocked: 'until-locked',
  contentProtection: true,
  allowSha1: true,
  notifyOnUse: 'first-time',
  maxOfferedKeys: 0,
  closedDoors: [],
};
