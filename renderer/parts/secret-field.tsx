// A passphrase field. Uncontrolled: what is typed lives in the DOM only, never in React or a store.
import { type Ref, useEffect, useId, useState } from 'react';
import { useCapsLock } from './caps-lock.ts';
import { Icon } from './icon.tsx';
import './secret-field.css';

interface SecretFieldProps {
  readonly label: string;
  readonly inputRef: Ref<HTMLInputElement>;
  /** What is wrong with the last input, as a sentence. */
  readonly problem?: string | undefined;
  /** Of the element that says so. Left out: it is said below the field. */
  readonly problemId?: string | undefined;
  readonly isDisabled?: boolean;
  /** False while the keyboard belongs to another window: the field then says so and hides what it holds. */
  readonly hasKeyboard?: boolean;
  readonly autoComplete?: 'off' | 'new-password';
}

interface FieldProblemProps {
  readonly id: string;
  readonly problem: string | undefined;
}

/** What is wrong with what was typed into the field that names `id`. */
export function FieldProblem({ id, problem }: FieldProblemProps) {
  return (
    <p id={id} className="problem secret-problem" role="alert">
      {problem !== undefined && (
        <>
          <Icon name="warning" /> {problem}
        </>
      )}
    </p>
  );
}

/** Label, field, reveal toggle, Caps Lock warning and problem, tied together for screen readers. */
export function SecretField(props: SecretFieldProps) {
  const { label, inputRef, problem, problemId, isDisabled = false } = props;
  const { hasKeyboard = true, autoComplete = 'off' } = props;
  const id = useId();
  const [isRevealed, setIsRevealed] = useState(false);
  const isCapsLockOn = useCapsLock();
  useEffect(() => {
    if (!hasKeyboard) setIsRevealed(false);
  }, [hasKeyboard]);
  const shown = isRevealed && hasKeyboard;
  return (
    <div className="secret">
      <label className="label" htmlFor={id}>
        {label}
      </label>
      <div className="secret-row">
        <input
          ref={inputRef}
          id={id}
          className={hasKeyboard ? 'field' : 'field waits-for-click'}
          type={shown ? 'text' : 'password'}
          placeholder={hasKeyboard ? '' : 'Click here to type'}
          disabled={isDisabled}
          autoComplete={autoComplete}
          autoCapitalize="off"
          autoCorrect="off"
          spellCheck={false}
          aria-invalid={problem !== undefined}
          aria-describedby={`${problemId ?? `${id}-problem`} ${id}-caps`}
        />
        <button
          type="button"
          className="button"
          aria-pressed={shown}
          aria-controls={id}
          disabled={isDisabled}
          onClick={() => setIsRevealed(!shown)}
        >
          <Icon name={shown ? 'conceal' : 'reveal'} />
          <span>Reveal</span>
        </button>
      </div>
      <p id={`${id}-caps`} className="secret-caps" role="status">
        {isCapsLockOn && (
          <>
            <Icon name="warning" /> Caps Lock is on.
          </>
        )}
      </p>
      {problemId === undefined && <FieldProblem id={`${id}-problem`} problem={problem} />}
    </div>
  );
}
