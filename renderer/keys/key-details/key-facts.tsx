// What identifies a key.
import type { DestinationsView, KeyDetails, KeyView } from '../../../ipc/contract/keys.ts';
import { Fingerprint } from '../../parts/fingerprint.tsx';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { PublicKeyText } from '../controls/public-key-text.tsx';
import { homeReturns, needWords, stateWordsOf } from '../words/key-words.ts';
import { FactRow } from './fact-row.tsx';

function Destinations({ destinations: { steps, more } }: { readonly destinations: DestinationsView }) {
  return (
    <ul>
      {steps.map(({ from, to, user }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two steps may be alike; they never move
        <li key={index}>
          from {from === undefined ? 'this computer' : <ForeignText text={from} maxCharacters={200} />} to{' '}
          <ForeignText text={to} maxCharacters={200} className="main" />
          {user !== undefined && (
            <>
              {' '}
              as <ForeignText text={user} maxCharacters={200} />
            </>
          )}
        </li>
      ))}
      {more > 0 && <li>and {more} more</li>}
    </ul>
  );
}

function atNextStart({ home, isRestorable }: KeyView): string {
  if (home !== undefined) return homeReturns[home.kind];
  return isRestorable ? 'Comes back, encrypted.' : 'Is not there any more; add it again.';
}

interface KeyFactsProps {
  readonly view: KeyView;
  /** Undefined until the main process has told them. */
  readonly details: KeyDetails | undefined;
}

export function KeyFacts({ view, details }: KeyFactsProps) {
  const { word, meaning } = stateWordsOf(view);
  return (
    <div className="card">
      <dl className="fact-rows">
        {view.restricted && (
          <FactRow name="Restricted">
            This key logs in to these hosts alone and signs nothing else. To let it go elsewhere, remove it
            and add it anew.
            {details?.destinations && <Destinations destinations={details.destinations} />}
          </FactRow>
        )}
        <FactRow name="State">
          {word}. <span className="quiet">{meaning}</span>
        </FactRow>
        {view.home !== undefined && (
          <FactRow name="Lives in">
            <ForeignText text={view.home.title} maxCharacters={200} className="main" />
            {!view.home.isReachable && ', which is out of reach now: see “Other places”'}
          </FactRow>
        )}
        {view.home !== undefined && needWords[view.home.need] !== undefined && (
          <FactRow name="Wants of you">{needWords[view.home.need]}</FactRow>
        )}
        <FactRow name="Type">
          {view.kind} <span className="quiet">({view.algorithm})</span>
        </FactRow>
        <FactRow name="SHA-256 fingerprint">
          <Fingerprint text={view.fingerprint} />
        </FactRow>
        <FactRow name="MD5 fingerprint">
          <Fingerprint text={view.md5Fingerprint} />
        </FactRow>
        <FactRow name="At the next start">{atNextStart(view)}</FactRow>
      </dl>
      {details !== undefined && <PublicKeyText line={details.publicKeyLine} />}
    </div>
  );
}
