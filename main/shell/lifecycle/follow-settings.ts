// What a change of the settings changes at once.

import type { ConsentAdministration } from '../../agent/consent/consent-administration.ts';
import type { Doors } from '../../doors/doors.ts';
import { offerLimit } from '../../stored/settings/offer-limit.ts';
import type { SettingsStore } from '../../stored/settings/settings.ts';
import type { KeyKeeper } from '../key-files/keep-keys.ts';
import { setStartAtLogin } from './autostart.ts';

export interface SettingsFollowers {
  readonly keeper: KeyKeeper;
  readonly doors: Doors;
  readonly offers: Pick<ConsentAdministration['offers'], 'setLimit'>;
}

/** Brings the system in line with the settings of now, and follows their changes; returns the way to stop. */
export function followSettings(
  settings: SettingsStore,
  { keeper, doors, offers }: SettingsFollowers,
): () => void {
  let before = settings.current;
  setStartAtLogin(before.startAtLogin);
  keeper.save();
  offers.setLimit(offerLimit(before));
  return settings.onChanged((now) => {
    if (now.startAtLogin !== before.startAtLogin) setStartAtLogin(now.startAtLogin);
    if (now.restoreKeys !== before.restoreKeys) keeper.save();
    if (now.closedDoors.join() !== before.closedDoors.join()) void doors.setClosed(now.closedDoors);
    offers.setLimit(offerLimit(now));
    before = now;
  });
}
