// One fact with its trust label; the words of the fact may be a stranger's.
import type { Fact } from '../../ipc/contract/views.ts';
import { ForeignText } from './foreign-text.tsx';
import { TrustLabel } from './trust-label.tsx';

export function FactLine({ fact, isMain = false }: { readonly fact: Fact; readonly isMain?: boolean }) {
  return (
    <div className="fact">
      <div className="fact-words">
        <ForeignText
          text={fact.text}
          className={isMain ? 'fact-text main' : 'fact-text'}
          maxCharacters={300}
        />
        {fact.detail !== undefined && (
          <ForeignText text={fact.detail} className="fact-detail small quiet" maxCharacters={500} />
        )}
      </div>
      <TrustLabel trust={fact.trust} />
    </div>
  );
}
