// A setting with a few values: words at the left, the system's own list at the right.
import { type ReactNode, useId } from 'react';
import './switch-row.css';

interface SelectRowProps<T extends string> {
  readonly label: string;
  readonly explanation?: ReactNode;
  readonly value: T;
  readonly choices: readonly { readonly value: T; readonly label: string }[];
  readonly isDisabled?: boolean;
  readonly onChange: (value: T) => void;
}

export function SelectRow<T extends string>(props: SelectRowProps<T>) {
  const { label, explanation, value, choices, isDisabled = false, onChange } = props;
  const id = useId();
  const choose = (text: string) => {
    const chosen = choices.find((choice) => choice.value === text);
    if (chosen !== undefined) onChange(chosen.value);
  };
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
      <select
        id={id}
        className="field"
        value={value}
        disabled={isDisabled}
        aria-describedby={explanation === undefined ? undefined : `${id}-why`}
        onChange={(event) => choose(event.target.value)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </div>
  );
}
