// One fact with its trust label; the words of the fact may be a stranger's.
import type { Fact } from '../../../ipc/contract/facts.ts';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { TrustLabel } from '../../parts/trust-label.tsx';

interface FactLineProps {
  readonly fact: Fact;
  readonly isMain?: boolean;
  /** A fingerprint or the like, whose letters must be told apart. */
  readonly isCode?: boolean;
  readonly maxCharacters?: number;
  /** All of it is somebody else's words. */
  readonly isQuoted?: boolean;
}

export function FactLine({
  fact,
  isMain = false,
  isCode = false,
  maxCharacters = 300,
  isQuoted = false,
}: FactLineProps) {
  const look = `fact-text${isMain ? ' main' : ''}${isCode ? ' mono' : ''}`;
  return (
    <div className="fact">
      <div className="fact-words">
        <ForeignText text={fact.text} className={look} maxCharacters={maxCharacters} isQuoted={isQuoted} />
        {fact.detail !== undefined && (
          <ForeignText text={fact.detail} className="fact-detail small quiet" maxCharacters={500} />
        )}
      </div>
      <TrustLabel trust={fact.trust} />
    </div>
  );
}
