// A setting that is on or off: words at the left, a switch with its state in words at the right.
import { type ReactNode, useId } from 'react';
import './switch-row.css';

interface SwitchRowProps {
  readonly label: ReactNode;
  readonly explanation?: ReactNode;
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isOn: boolean) => void;
}

export function SwitchRow({ label, explanation, isOn, isDisabled = false, onChange }: SwitchRowProps) {
  const id = useId();
  return (
    <div className="setting-row">
      <div className="setting-words">
        <label htmlFor={id}>{label}</label>
        {explanation !== undefined && (
          <p id={`${id}-why`} className="small quiet">
            {explanation}
          </p>
        )}
      </div>
      <span className="switch-state" aria-hidden="true">
        {isOn ? 'On' : 'Off'}
      </span>
      <input
        id={id}
        type="checkbox"
        role="switch"
        className="switch"
        checked={isOn}
        aria-checked={isOn}
        disabled={isDisabled}
        aria-describedby={explanation === undefined ? undefined : `${id}-why`}
        onChange={(event) => onChange(event.target.checked)}
      />
    </div>
  );
}
