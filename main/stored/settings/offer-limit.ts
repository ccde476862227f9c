// How many keys a known host gets to see: the setting as the core takes it.
import type { Settings } from '../../../ipc/contract/settings.ts';
import type { OfferLimit } from '../../agent/consent/offers/key-order.ts';

/** 0 in the settings stands for all. */
export const offerLimit = ({ maxOfferedKeys }: Pick<Settings, 'maxOfferedKeys'>): OfferLimit =>
  maxOfferedKeys === 0 ? 'all' : maxOfferedKeys;
