// A choice of one among a few: words at the left, the system's own list at the right.
import { useId } from 'react';
import type { Choice } from '../../parts/choices.ts';
import { explanationId, LabelledRow, type RowWords } from './labelled-row.tsx';

interface SelectRowProps<T extends string> extends RowWords {
  readonly value: T;
  readonly choices: readonly Choice<T>[];
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
    <LabelledRow id={id} label={label} explanation={explanation}>
      <select
        id={id}
        className="field"
        value={value}
        disabled={isDisabled}
        aria-describedby={explanationId(id, explanation)}
        onChange={(event) => choose(event.target.value)}
      >
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </select>
    </LabelledRow>
  );
}
