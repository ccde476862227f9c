// One fact with its trust label; the words of the fact may be a stranger's.
import type { Fact } from '../../../ipc/contract/facts.ts';
import { Fingerprint } from '../../parts/fingerprint.tsx';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { TrustLabel } from '../../parts/trust-label.tsx';

interface FactLineProps {
  readonly fact: Fact;
  readonly isMain?: boolean;
  /** A fingerprint, computed by us. */
  readonly isFingerprint?: boolean;
  readonly maxCharacters?: number;
  /** All of it is somebody else's words. */
  readonly isQuoted?: boolean;
}

export function FactLine({
  fact,
  isMain = false,
  isFingerprint = false,
  maxCharacters = 300,
  isQuoted = false,
}: FactLineProps) {
  const look = `fact-text${isMain ? ' main' : ''}`;
  return (
    <div className={isFingerprint ? 'fact of-fingerprint' : 'fact'}>
      <div className="fact-words">
        {isFingerprint ? (
          <Fingerprint text={fact.text} />
        ) : (
          <ForeignText text={fact.text} className={look} maxCharacters={maxCharacters} isQuoted={isQuoted} />
        )}
        {fact.detail !== undefined && (
          <ForeignText text={fact.detail} className="fact-detail small quiet" maxCharacters={500} />
        )}
      </div>
      <TrustLabel trust={fact.trust} />
    </div>
  );
}
