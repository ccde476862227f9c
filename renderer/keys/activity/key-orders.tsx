// Why a program saw the keys in another order than the list's: what the host took before came first.
import type { OfferedKeyView, OfferView } from '../../../ipc/contract/views.ts';
import { ForeignText } from '../../prompt/foreign-text.tsx';
import { TrustLabel } from '../../prompt/trust-label.tsx';
import { preciseTimeText, timeText } from '../store/time-text.ts';
import { useWindowStore } from '../store/window-store.ts';

function KeyNames({ keys }: { readonly keys: readonly OfferedKeyView[] }) {
  return keys.map(({ fingerprint, comment }, index) => (
    <span key={fingerprint}>
      {index > 0 && ', then '}
      <ForeignText text={comment ?? ''} ifEmpty={fingerprint} maxCharacters={120} />
    </span>
  ));
}

const countWords = (count: number, one: string, several: string) =>
  count === 0 ? '' : ` ${count === 1 ? one : `${count} ${several}`}`;

function KeyOrder({ offer }: { readonly offer: OfferView }) {
  return (
    <li>
      <div className="key-order-head">
        <ForeignText text={offer.host.text} maxCharacters={200} className="main activity-text" />
        <TrustLabel trust={offer.host.trust} />
        <time className="small quiet" dateTime={offer.time} title={preciseTimeText(offer.time)}>
          {timeText(offer.time)}
        </time>
      </div>
      <p className="small">
        First <KeyNames keys={offer.usedBefore} />, because the host took{' '}
        {offer.usedBefore.length === 1 ? 'it' : 'them'} before.
        {countWords(offer.others, '1 other key followed.', 'other keys followed.')}
        {countWords(offer.keptBack, '1 was kept back by the limit.', 'were kept back by the limit.')}
      </p>
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
