// Why a program saw the keys in another order than the list's, or not all: what the host took before came first.
import type { OfferedKeyView, OfferView } from '../../../ipc/contract/policy.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { TrustLabel } from '../../parts/trust-label.tsx';
import { Time } from '../controls/time.tsx';
import { useWindowStore } from '../store/window-store.ts';

interface KeyNamesProps {
  readonly keys: readonly OfferedKeyView[];
  readonly between: string;
}

function KeyNames({ keys, between }: KeyNamesProps) {
  return keys.map(({ fingerprint, comment }, index) => (
    <span key={fingerprint}>
      {index > 0 && between}
      <ForeignText text={comment ?? ''} ifEmpty={fingerprint} maxCharacters={120} />
    </span>
  ));
}

function othersWords(others: number): string {
  if (others === 0) return '';
  return others === 1 ? ' 1 other key followed.' : ` ${others} other keys followed.`;
}

interface NotOfferedProps {
  readonly because: string;
  readonly keys: readonly OfferedKeyView[];
  readonly more: number;
}

function NotOffered({ because, keys, more }: NotOfferedProps) {
  if (keys.length === 0) return null;
  return (
    <p className="small">
      Not offered, because {because}: <KeyNames keys={keys} between=", " />
      {more > 0 && ` and ${more} more`}.
    </p>
  );
}

function KeyOrder({ offer }: { readonly offer: OfferView }) {
  return (
    <li>
      <div className="key-order-head">
        <ForeignText text={offer.host.text} maxCharacters={200} className="main activity-text" />
        <TrustLabel trust={offer.host.trust} />
        <Time iso={offer.time} />
      </div>
      {offer.usedBefore.length > 0 && (
        <p className="small">
          First <KeyNames keys={offer.usedBefore} between=", then " />, because the host took{' '}
          {offer.usedBefore.length === 1 ? 'it' : 'them'} before.
          {othersWords(offer.others)}
        </p>
      )}
      <NotOffered
        because="of the limit in Settings, or of other keys set for this host"
        keys={offer.keptBack}
        more={offer.moreKeptBack}
      />
      <NotOffered because="your rules deny it" keys={offer.denied} more={offer.moreDenied} />
    </li>
  );
}

export function KeyOrders() {
  const offers = useWindowStore((state) => state.offers);
  if (offers.length === 0) return null;
  return (
    <details className="card key-orders">
      <summary>Keys offered in another order lately ({offers.length})</summary>
      <ol>
        {offers.map((offer) => (
          <KeyOrder key={offer.id} offer={offer} />
        ))}
      </ol>
    </details>
  );
}
