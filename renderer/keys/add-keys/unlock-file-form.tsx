// Asks for the passphrase of one key file that is being added.
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { AddOutcome, UnlockOutcome } from '../../../ipc/contract/keys.ts';
import { Fingerprint } from '../../parts/fingerprint.tsx';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { SecretField } from '../../parts/secret-field.tsx';
import { takeSecret } from '../../parts/take-secret.ts';
import { DialogActions, DialogFrame } from '../controls/dialog-frame.tsx';
import { InfoBar } from '../controls/info-bar.tsx';

type Pending = Extract<AddOutcome, { kind: 'needs-passphrase' }>;

/** What became of the file, and of others that had the same passphrase. */
export type Settled = Exclude<UnlockOutcome, { kind: 'wrong-passphrase' }>;

interface UnlockFileFormProps {
  readonly name: string;
  readonly pending: Pending;
  /** Files after this one that need a passphrase too, perhaps the same. */
  readonly others: readonly string[];
  readonly onSettled: (outcome: Settled) => void;
  readonly onSkip: () => void;
  readonly onCancelAll: () => void;
}

/** Tries what is in the field. Resolves to a problem to show, or to what became of the file. */
async function unlock(
  pendingId: string,
  alsoTry: readonly string[],
  field: HTMLInputElement,
): Promise<string | Settled> {
  const passphrase = takeSecret(field);
  try {
    const outcome = await window.sallyport.request('keys.unlockAndAdd', {
      pendingId,
      passphrase,
      alsoTry: [...alsoTry],
    });
    if (!outcome.ok) return outcome.message;
    return outcome.value.kind === 'wrong-passphrase' ? outcome.value.message : outcome.value;
  } finally {
    passphrase.fill(0);
  }
}

function KeyWords({ name, pending }: Pick<UnlockFileFormProps, 'name' | 'pending'>) {
  return (
    <>
      <p>
        <ForeignText text={name} maxCharacters={120} className="main" />
        {pending.comment !== '' && pending.comment !== name && (
          <>
            {' – '}
            <ForeignText text={pending.comment} maxCharacters={120} />
          </>
        )}
        {pending.fingerprint !== undefined && (
          <span className="small quiet key-comment">
            <Fingerprint text={pending.fingerprint} />
          </span>
        )}
      </p>
      <p>{pending.why}</p>
    </>
  );
}

export function UnlockFileForm(props: UnlockFileFormProps) {
  const { name, pending, others, onSettled, onSkip, onCancelAll } = props;
  const remaining = others.length;
  const field = useRef<HTMLInputElement>(null);
  const [problem, setProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);
  useEffect(() => {
    if (!isBusy) field.current?.focus();
  }, [isBusy]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (field.current === null || isBusy) return;
    setProblem(undefined);
    setIsBusy(true);
    const result = await unlock(pending.pendingId, others, field.current);
    setIsBusy(false);
    if (typeof result === 'string') setProblem(result);
    else onSettled(result);
  };
  return (
    <DialogFrame title="Passphrase of the key file" onClose={onSkip} isBusy={isBusy}>
      <form onSubmit={(event) => void submit(event)}>
        <div className="dialog-body">
          <KeyWords name={name} pending={pending} />
          {pending.cost !== undefined && (
            <InfoBar severity="warning">
              Opening this file takes unusually long: {pending.cost}. Go on only if you know that the file is
              made that way.
            </InfoBar>
          )}
          <SecretField label="Passphrase" inputRef={field} problem={problem} isDisabled={isBusy} />
          {remaining > 0 && (
            <p className="small quiet">
              {remaining === 1 ? 'One more file needs' : `${remaining} more files need`} a passphrase. This
              one is tried on {remaining === 1 ? 'it' : 'them'}, too.
            </p>
          )}
        </div>
        <DialogActions>
          <button type="submit" className="button primary" disabled={isBusy}>
            {isBusy ? 'Opening…' : 'Add'}
          </button>
          <button type="button" className="button" disabled={isBusy} onClick={onSkip}>
            {remaining > 0 ? 'Skip this file' : 'Cancel'}
          </button>
          {remaining > 0 && (
            <button type="button" className="button" disabled={isBusy} onClick={onCancelAll}>
              Cancel all
            </button>
          )}
        </DialogActions>
      </form>
    </DialogFrame>
  );
}
