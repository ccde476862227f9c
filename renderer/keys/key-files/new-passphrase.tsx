// A new passphrase, typed twice. What is typed stays in the fields until it is taken as bytes.
import { type RefObject, useRef } from 'react';
import { SecretField } from '../../parts/secret-field.tsx';
import { takeSecret } from '../../parts/take-secret.ts';
import { bounds } from '../store/bounds.ts';

export interface NewPassphraseFields {
  readonly first: RefObject<HTMLInputElement | null>;
  readonly second: RefObject<HTMLInputElement | null>;
}

export function useNewPassphrase(): NewPassphraseFields {
  return { first: useRef<HTMLInputElement>(null), second: useRef<HTMLInputElement>(null) };
}

/** The sentence for what is wrong with the two fields, or undefined. Looks only; takes nothing. */
export function newPassphraseProblem({ first, second }: NewPassphraseFields): string | undefined {
  if (first.current === null || second.current === null) return 'Type the new passphrase.';
  if (first.current.value === '') return 'Type the new passphrase, or choose “No passphrase”.';
  if (first.current.value !== second.current.value) return 'The two passphrases differ. Type them again.';
  // Three bytes are the most that UTF-8 needs for one UTF-16 unit.
  if (first.current.value.length * 3 > bounds.passphraseBytes) return 'The passphrase is too long.';
  return undefined;
}

/** The passphrase as bytes for the caller to wipe; both fields are empty afterwards. */
export function takeNewPassphrase({ first, second }: NewPassphraseFields): Uint8Array<ArrayBuffer> {
  if (second.current !== null) second.current.value = '';
  return first.current === null ? new Uint8Array() : takeSecret(first.current);
}

interface NewPassphraseProps {
  readonly fields: NewPassphraseFields;
  readonly problem: string | undefined;
  readonly isDisabled: boolean;
}

export function NewPassphrase({ fields, problem, isDisabled }: NewPassphraseProps) {
  return (
    <>
      <SecretField
        label="New passphrase"
        inputRef={fields.first}
        problem={problem}
        isDisabled={isDisabled}
        autoComplete="new-password"
      />
      <SecretField
        label="New passphrase again"
        inputRef={fields.second}
        isDisabled={isDisabled}
        autoComplete="new-password"
      />
    </>
  );
}
