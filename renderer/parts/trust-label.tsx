// How far a fact can be believed: a word and an icon, so that it never hangs on colour.
import type { Trust } from '../../ipc/contract/facts.ts';
import { Icon, type IconName } from './icon.tsx';
import './trust-label.css';

interface TrustWording {
  readonly icon: IconName;
  readonly word: string;
  readonly meaning: string;
}

const wordings: Readonly<Record<Trust, TrustWording>> = {
  verified: { icon: 'verified', word: 'Verified', meaning: 'proved by cryptography' },
  observed: { icon: 'observed', word: 'Observed', meaning: 'seen by Sallyport on this computer' },
  claimed: {
    icon: 'claimed',
    word: 'Claimed',
    meaning: 'only said by the program or written in the key file',
  },
  unknown: { icon: 'warning', word: 'Not known', meaning: 'nobody could tell' },
};

export function TrustLabel({ trust }: { readonly trust: Trust }) {
  const { icon, word, meaning } = wordings[trust];
  return (
    <span className={`trust trust-${trust}`} title={`${word}: ${meaning}`}>
      <Icon name={icon} />
      {word}
    </span>
  );
}

/** What the words mean, for those who ask. */
export function TrustLegend() {
  return (
    <ul className="trust-legend small">
      {(['verified', 'observed', 'claimed', 'unknown'] as const).map((trust) => (
        <li key={trust}>
          <TrustLabel trust={trust} /> <span className="quiet">{wordings[trust].meaning}</span>
        </li>
      ))}
    </ul>
  );
}
