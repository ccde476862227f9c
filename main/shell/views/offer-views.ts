// Lists of keys in another order than the person's own, as the window explains them.
import type { Fact } from '../../../ipc/contract/facts.ts';
import type { OfferedKeyView, OfferView } from '../../../ipc/contract/policy.ts';
import { cut } from '../../../text/foreign-text.ts';
import type { ConsentAdministration } from '../../agent/consent/consent-administration.ts';
import type { OfferExplanation } from '../../agent/consent/offers/offered-keys.ts';
import type { Destination, PurposeFacts } from '../../agent/facts/request-facts.ts';
import type { KeyAdministration } from '../../agent/ring/key-administration.ts';
import { destinationFact } from './requester-view.ts';
import { shownComment } from './shown-text.ts';

const maxAddressCharacters = 400;
const maxShownKeys = 8;
const login: PurposeFacts = { kind: 'ssh-login', user: '', service: '' };

function isSameHost(destination: Destination | undefined, host: OfferExplanation['host']): boolean {
  if (destination === undefined) return false;
  if (destination.trust !== 'observed')
    return destination.trust === host.trust && destination.host.fingerprint === host.fingerprint;
  if (host.trust !== 'observed') return false;
  return destination.address === host.address && destination.port === host.port;
}

/** The host by the name that an earlier request in the activity had for it, which is how the host came to be known. */
function hostFact(
  host: OfferExplanation['host'],
  { activity }: Pick<ConsentAdministration, 'activity'>,
): Fact {
  const seen = activity.list().find(({ requester }) => isSameHost(requester.destination, host));
  if (seen?.requester.destination) return destinationFact(seen.requester.destination, login);
  return host.trust === 'observed'
    ? { text: `${cut(host.address, maxAddressCharacters)} port ${host.port}`, trust: 'observed' }
    : { text: `Host key ${host.fingerprint}`, trust: host.trust };
}

/** The latest first. */
export function offerViews(consent: ConsentAdministration, keys: KeyAdministration): OfferView[] {
  const comments = new Map(keys.list().map(({ fingerprint, comment }) => [fingerprint, comment]));
  const keyView = (fingerprint: string): OfferedKeyView => {
    const comment = comments.get(fingerprint);
    return { fingerprint, ...(comment !== undefined && { comment: shownComment(comment) }) };
  };
  return consent.offers.explanations().map(({ time, host, offered, hidden, denied, usedBefore }, index) => ({
    id: `${time} ${index}`,
    time,
    host: hostFact(host, consent),
    usedBefore: offered.slice(0, Math.min(usedBefore, maxShownKeys)).map(keyView),
    others: offered.length - Math.min(usedBefore, maxShownKeys),
    keptBack: hidden.slice(0, maxShownKeys).map(keyView),
    moreKeptBack: Math.max(0, hidden.length - maxShownKeys),
    denied: denied.slice(0, maxShownKeys).map(keyView),
    moreDenied: Math.max(0, denied.length - maxShownKeys),
  }));
}
