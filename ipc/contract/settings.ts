// What the person can set. The same schema checks the file, the window's wishes and the types of both.
import * as v from 'valibot';
import { notificationLevelSchema } from '../../main/agent/consent/activity/notification-level.ts';
import { bounds } from './bounds.ts';
import { doorName, wholeNumber } from './fields.ts';

/** For how long a key stays unlocked once its passphrase was given. */
export const keepChoice = v.picklist(['once', '15-minutes', 'until-locked']);
export type KeepChoice = v.InferOutput<typeof keepChoice>;

export const settingsSchema = v.strictObject({
  startAtLogin: v.boolean(),
  /** Load the keys of the last session again, encrypted, at the next start. */
  restoreKeys: v.boolean(),
  lockOnSessionLock: v.boolean(),
  lockOnSuspend: v.boolean(),
  /** Minutes without input after which the agent is locked; 0 is never. */
  idleLockMinutes: wholeNumber(0, 24 * 60),
  confirmTimeLimitSeconds: wholeNumber(10, 600),
  passphraseTimeLimitSeconds: wholeNumber(10, 3600),
  /** Which choice a passphrase prompt starts with. */
  keepUnlocked: keepChoice,
  /** Hide prompt windows from screenshots and screen sharing. */
  contentProtection: v.boolean(),
  /** RSA signatures with SHA-1, which very old servers need. */
  allowSha1: v.boolean(),
  /** Tell of the use of a key. */
  notifyOnUse: notificationLevelSchema,
  /** How many keys a host that took one of them before is offered at most; 0 is all. */
  maxOfferedKeys: wholeNumber(0, bounds.keys),
  /** Names of doors that are to stay closed. */
  closedDoors: v.pipe(v.array(doorName), v.maxLength(16)),
});

export type Settings = v.InferOutput<typeof settingsSchema>;

/** Any of the settings; the others stay as they are. */
export const settingsChangeSchema = v.partial(settingsSchema);

export type SettingsChange = v.InferOutput<typeof settingsChangeSchema>;
