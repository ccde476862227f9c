// Why a place, or the library that reaches it, can't be used now, and what to do.
import { ForeignText } from '../../parts/foreign-text.tsx';
import { Icon } from '../../parts/icon.tsx';
import './places.css';

interface PlaceTroubleProps {
  readonly reason: string;
  readonly remedy: string;
  readonly onRetry: () => void;
}

export function PlaceTrouble({ reason, remedy, onRetry }: PlaceTroubleProps) {
  return (
    <div className="place-trouble">
      <p>
        <ForeignText text={reason} /> <ForeignText text={remedy} />
      </p>
      <button type="button" className="button" onClick={onRetry}>
        <Icon name="retry" />
        Try again
      </button>
    </div>
  );
}
