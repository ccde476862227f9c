// The others who wait for the same answer; the list lives while the window is open.
import type { PromptKeyView, RequesterView } from '../../../ipc/contract/prompt.ts';
import { Fingerprint } from '../../parts/fingerprint.tsx';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import { TrustLabel } from '../../parts/trust-label.tsx';
import './facts.css';

const maxShown = 20;

interface WaitingRequestersProps {
  readonly others: readonly RequesterView[];
  readonly label: string;
  /** Ends with a colon; said when there are others. */
  readonly heading: string;
  /** Of each of the others; left out where all are for one key, which is said already. */
  readonly keys?: readonly PromptKeyView[];
  /** How many there are beyond `others`. */
  readonly more?: number;
}

function KeyLine({ promptKey }: { readonly promptKey: PromptKeyView | undefined }) {
  if (promptKey === undefined) return null;
  return (
    <>
      <span className="waiting-line">
        <span>
          With{' '}
          <ForeignText
            text={promptKey.comment}
            ifEmpty="a key without a comment"
            maxCharacters={80}
            isQuoted
          />
        </span>{' '}
        {promptKey.comment !== '' && <TrustLabel trust="claimed" />}
      </span>
      <span className="waiting-line">
        <Fingerprint text={promptKey.fingerprint} /> <TrustLabel trust="verified" />
      </span>
    </>
  );
}

export function WaitingRequesters({ others, label, heading, keys, more = 0 }: WaitingRequestersProps) {
  const notListed = Math.max(0, others.length - maxShown) + more;
  return (
    <section className="waiting" aria-label={label}>
      <p role="status" className="waiting-count">
        {others.length > 0 && heading}
      </p>
      {others.length > 0 && (
        <ul>
          {others.slice(0, maxShown).map((requester, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: requesters have no id; whole lists come in order
            <li key={index}>
              <span className="waiting-line">
                <ForeignText text={requester.who.text} maxCharacters={120} className="main" />{' '}
                <TrustLabel trust={requester.who.trust} />
              </span>
              <span className="waiting-line">
                <ForeignText text={requester.whatFor.text} maxCharacters={120} />{' '}
                <TrustLabel trust={requester.whatFor.trust} />
              </span>
              <span className="waiting-line">
                <ForeignText text={requester.whereTo.text} maxCharacters={120} />{' '}
                <TrustLabel trust={requester.whereTo.trust} />
              </span>
              <KeyLine promptKey={keys?.[index]} />
              {requester.isForwarded && (
                <span className="forwarded waiting-line">
                  <Icon name="forwarded" /> Forwarded from another machine
                </span>
              )}
              {requester.warning !== undefined && (
                <span className="problem waiting-line">
                  <Icon name="warning" /> {requester.warning}
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {notListed > 0 && <p className="quiet">and {notListed} more</p>}
    </section>
  );
}
