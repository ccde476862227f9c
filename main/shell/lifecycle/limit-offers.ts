// How many keys a known host gets to see, as the settings say.
import type { Settings } from '../../../ipc/contract/settings.ts';
import type { ConsentAdministration } from '../../agent/consent/consent-administration.ts';

export type OfferLimiter = Pick<ConsentAdministration['offers'], 'setLimit'>;

/** Holds for the lists from now on. */
export function limitOffers(
  { maxOfferedKeys }: Pick<Settings, 'maxOfferedKeys'>,
  offers: OfferLimiter,
): void {
  offers.setLimit(maxOfferedKeys === 0 ? 'all' : maxOfferedKeys);
}
