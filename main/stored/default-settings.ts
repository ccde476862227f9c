// The settings of a first start.
import type { Settings } from '../../ipc/contract/settings.ts';

export const defaultSettings: Settings = {
  startAtLogin: false,
  restoreKeys: true,
  lockOnSessionLock: false,
  lockOnSuspend: true,
  idleLockMinutes: 0,
  confirmTimeLimitSeconds: 60,
  passphraseTimeLimitSeconds: 300,
  keepUnlocked: 'until-locked',
  contentProtection: true,
  allowSha1: true,
  notifyOnUse: 'first-time',
  maxOfferedKeys: 0,
  closedDoors: [],
};
