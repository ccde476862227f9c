// A field that narrows what is listed below it.
import { Icon } from '../../parts/icon.tsx';
import './search-field.css';

interface SearchFieldProps {
  readonly label: string;
  /** What can be searched for. */
  readonly hint: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly maxLength?: number;
}

export function SearchField({ label, hint, value, onChange, maxLength }: SearchFieldProps) {
  return (
    <div className="search">
      <Icon name="search" />
      <input
        type="search"
        className="field"
        aria-label={label}
        placeholder={hint}
        maxLength={maxLength}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}
