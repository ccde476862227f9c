// Whether the passphrase is asked for at the first use, or now.

interface KeepEncryptedChoiceProps {
  readonly isChosen: boolean;
  readonly onChange: (isChosen: boolean) => void;
}

export function KeepEncryptedChoice({ isChosen, onChange }: KeepEncryptedChoiceProps) {
  return (
    <label className="choice">
      <input type="checkbox" checked={isChosen} onChange={(event) => onChange(event.target.checked)} />
      <span>Keep encrypted: ask for the passphrase when the key is first used</span>
    </label>
  );
}
