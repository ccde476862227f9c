// The form of the dialog that makes a new key.
import { type FormEvent, useState } from 'react';
import type { RequestInput } from '../../../ipc/contract/contract.ts';
import type { FileFormat, GenerateOutcome, WrittenKeyFile } from '../../../ipc/contract/key-files.ts';
import { ChoiceGroup } from '../../parts/choice-group.tsx';
import { SubmitButtons } from '../controls/dialog-buttons.tsx';
import { DialogFrame } from '../controls/dialog-frame.tsx';
import { InfoBar } from '../controls/info-bar.tsx';
import { SelectRow } from '../controls/select-row.tsx';
import { ask } from '../store/ask.ts';
import { closeDialog } from '../store/window-store.ts';
import { CommentField } from './comment-field.tsx';
import { FormatChoice } from './format-choice.tsx';
import { isSecurityKey, newKeyTypes } from './new-key-types.ts';
import {
  NewPassphrase,
  newPassphraseProblem,
  takeNewPassphrase,
  useNewPassphrase,
} from './new-passphrase.tsx';
import { SecurityKeyFields, takePin, typeWithWishes, useSecurityKeyForm } from './security-key-wishes.tsx';
import { UnprotectedFile } from './unprotected-file.tsx';

const protections = [
  { value: 'passphrase', label: 'Passphrase' },
  { value: 'none', label: 'No passphrase' },
] as const;

/** Sends the wish and wipes the passphrase. Resolves to the outcome, failures as `failed`; never rejects. */
async function generate(input: RequestInput<'keyFile.generate'>): Promise<GenerateOutcome> {
  try {
    const outcome = await window.sallyport.request('keyFile.generate', input);
    return outcome.ok ? outcome.value : { kind: 'failed', message: outcome.message };
  } finally {
    input.passphrase.fill(0);
    input.pin.fill(0);
  }
}

/** The security key is not waited for any more. */
const stop = () => void ask('keyFile.stopGenerating', {});

interface GenerateFormProps {
  readonly typeValue: string | undefined;
  readonly onSaved: (saved: WrittenKeyFile) => void;
}

function useGenerateForm({ typeValue: firstType = newKeyTypes[0].value, onSaved }: GenerateFormProps) {
  const passphraseFields = useNewPassphrase();
  const securityKey = useSecurityKeyForm();
  const [typeValue, setTypeValue] = useState(firstType);
  const [comment, setComment] = useState('');
  const [format, setFormat] = useState<FileFormat>('openssh');
  const [protection, setProtection] = useState<'passphrase' | 'none'>('passphrase');
  const [addToAgent, setAddToAgent] = useState(true);
  const [passphraseProblem, setPassphraseProblem] = useState<string>();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);

  const { type } = newKeyTypes.find((choice) => choice.value === typeValue) ?? newKeyTypes[0];
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const wrong = protection === 'none' ? undefined : newPassphraseProblem(passphraseFields);
    setPassphraseProblem(wrong);
    setProblem(undefined);
    if (wrong !== undefined || isBusy) return;
    const passphrase = protection === 'none' ? new Uint8Array() : takeNewPassphrase(passphraseFields);
    setIsBusy(true);
    const chosen = isSecurityKey(type)
      ? { type: typeWithWishes(type.kind, securityKey), format: 'openssh' as const }
      : { type, format };
    const outcome = await generate({ ...chosen, comment, passphrase, pin: takePin(securityKey), addToAgent });
    setIsBusy(false);
    securityKey.setPinProblem(outcome.kind === 'pin-wanted' ? outcome.message : undefined);
    if (outcome.kind === 'saved') onSaved(outcome);
    if (outcome.kind === 'failed' || outcome.kind === 'wrong-passphrase') setProblem(outcome.message);
  };
  const choices = {
    typeValue,
    setTypeValue,
    comment,
    setComment,
    format,
    setFormat,
    protection,
    setProtection,
  };
  return {
    ...choices,
    type,
    addToAgent,
    setAddToAgent,
    securityKey,
    passphraseFields,
    passphraseProblem,
    problem,
    isBusy,
    submit,
  };
}

export function GenerateForm(props: GenerateFormProps) {
  const form = useGenerateForm(props);
  const { isBusy } = form;
  return (
    <DialogFrame title="Generate a key" onClose={closeDialog} isBusy={isBusy}>
      <form onSubmit={(event) => void form.submit(event)}>
        <div className="dialog-body">
          <SelectRow
            label="Type"
            value={form.typeValue}
            choices={newKeyTypes}
            onChange={(value) => form.setTypeValue(value)}
          />
          <CommentField
            comment={form.comment}
            onChange={form.setComment}
            isDisabled={isBusy}
            hint="Helps you tell keys apart, for example “laptop, 2026”. Servers see it in authorized_keys."
          />
          <ChoiceGroup
            legend="Protect the file with"
            choices={protections}
            value={form.protection}
            onChange={form.setProtection}
            isDisabled={isBusy}
          />
          {form.protection === 'passphrase' ? (
            <NewPassphrase
              fields={form.passphraseFields}
              problem={form.passphraseProblem}
              isDisabled={isBusy}
            />
          ) : (
            <UnprotectedFile isInSecurityKey={isSecurityKey(form.type)} />
          )}
          {isSecurityKey(form.type) ? (
            <SecurityKeyFields form={form.securityKey} isDisabled={isBusy} />
          ) : (
            <FormatChoice format={form.format} onChange={form.setFormat} isDisabled={isBusy} />
          )}
          <label className="choice">
            <input
              type="checkbox"
              checked={form.addToAgent}
              disabled={isBusy}
              onChange={(event) => form.setAddToAgent(event.target.checked)}
            />
            <span>Add the key to the agent, too</span>
          </label>
          {form.problem !== undefined && <InfoBar severity="error">{form.problem}</InfoBar>}
        </div>
        <SubmitButtons
          words={isBusy ? 'Generating…' : 'Generate and save…'}
          isBusy={isBusy}
          {...(isSecurityKey(form.type) && { onStop: stop })}
          onCancel={closeDialog}
        />
      </form>
    </DialogFrame>
  );
}
