// What is on or off: words at the left, a switch with its state in words at the right.
import { useId } from 'react';
import { explanationId, LabelledRow, type RowWords } from './labelled-row.tsx';
import './switch-row.css';

interface SwitchRowProps extends RowWords {
  readonly isOn: boolean;
  readonly isDisabled?: boolean;
  readonly onChange: (isOn: boolean) => void;
}

export function SwitchRow({ label, explanation, isOn, isDisabled = false, onChange }: SwitchRowProps) {
  const id = useId();
  return (
    <LabelledRow id={id} label={label} explanation={explanation}>
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
        aria-describedby={explanationId(id, explanation)}
        onChange={(event) => onChange(event.target.checked)}
      />
    </LabelledRow>
  );
}
