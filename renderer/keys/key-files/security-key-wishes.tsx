// What is wished of a new key that lives in a security key.
import { type RefObject, useRef, useState } from 'react';
import type { NewSecurityKeyType, SecurityKeyWishes } from '../../../ipc/contract/key-files.ts';
import { SecretField } from '../../parts/secret-field.tsx';
import { takeSecret } from '../../parts/take-secret.ts';
import { InfoBar } from '../controls/info-bar.tsx';
import { TextField } from '../controls/text-field.tsx';
import { bounds } from '../store/bounds.ts';

const firstWishes: SecurityKeyWishes = {
  application: 'ssh:',
  resident: false,
  verify: false,
  touch: true,
};

const choices = [
  { name: 'touch', label: 'Touch the security key at each use (most servers want this)' },
  { name: 'verify', label: 'Ask for its PIN or your finger at each use, too' },
  { name: 'resident', label: 'Keep the key in the security key, to be read on other computers' },
] as const;

export interface SecurityKeyForm {
  readonly wishes: SecurityKeyWishes;
  readonly setWishes: (wishes: SecurityKeyWishes) => void;
  readonly pin: RefObject<HTMLInputElement | null>;
  /** Why the security key wants its PIN, as a sentence; undefined: it does not. */
  readonly pinProblem: string | undefined;
  readonly setPinProblem: (problem: string | undefined) => void;
}

export function useSecurityKeyForm(): SecurityKeyForm {
  const [wishes, setWishes] = useState(firstWishes);
  const [pinProblem, setPinProblem] = useState<string>();
  return { wishes, setWishes, pin: useRef<HTMLInputElement>(null), pinProblem, setPinProblem };
}

export const typeWithWishes = (kind: NewSecurityKeyType, { wishes }: SecurityKeyForm) => ({
  kind,
  ...wishes,
});

/** The typed PIN as bytes for the caller to wipe, none where there is none; the field is empty afterwards. */
export const takePin = ({ pin }: SecurityKeyForm): Uint8Array<ArrayBuffer> =>
  pin.current === null ? new Uint8Array() : takeSecret(pin.current);

interface SecurityKeyWishesProps {
  readonly form: SecurityKeyForm;
  readonly isDisabled: boolean;
}

export function SecurityKeyFields({ form, isDisabled }: SecurityKeyWishesProps) {
  const { wishes, setWishes } = form;
  return (
    <>
      {choices.map(({ name, label }) => (
        <label key={name} className="choice">
          <input
            type="checkbox"
            checked={wishes[name]}
            disabled={isDisabled}
            onChange={(event) => setWishes({ ...wishes, [name]: event.target.checked })}
          />
          <span>{label}</span>
        </label>
      ))}
      <TextField
        label="Application"
        value={wishes.application}
        maxLength={bounds.applicationCharacters}
        isDisabled={isDisabled}
        hint="By which the security key tells this key from others: “ssh:”, and a name where you want several."
        onChange={(application) => setWishes({ ...wishes, application })}
      />
      {form.pinProblem !== undefined && (
        <SecretField
          label="PIN of the security key"
          inputRef={form.pin}
          problem={form.pinProblem}
          isDisabled={isDisabled}
        />
      )}
      {isDisabled && (
        <InfoBar severity="information">
          Touch your security key, or follow the window in which Windows asks for it.
        </InfoBar>
      )}
    </>
  );
}
