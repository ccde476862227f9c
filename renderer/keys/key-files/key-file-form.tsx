// The form of the key file dialog.
import { type FormEvent, useRef, useState } from 'react';
import type { FileFormat, OpenedKeyFile, WrittenKeyFile } from '../../../ipc/contract/key-files.ts';
import { ChoiceGroup } from '../../parts/choice-group.tsx';
import { Fingerprint } from '../../parts/fingerprint.tsx';
import { ForeignText } from '../../parts/foreign-text.tsx';
import { SecretField } from '../../parts/secret-field.tsx';
import { takeSecret } from '../../parts/take-secret.ts';
import { SubmitButtons } from '../controls/dialog-buttons.tsx';
import { DialogFrame } from '../controls/dialog-frame.tsx';
import { InfoBar } from '../controls/info-bar.tsx';
import type { KeyFileTask } from '../store/window-store.ts';
import { CommentField } from './comment-field.tsx';
import { FormatChoice } from './format-choice.tsx';
import {
  NewPassphrase,
  type NewPassphraseFields,
  newPassphraseProblem,
  takeNewPassphrase,
  useNewPassphrase,
} from './new-passphrase.tsx';
import { type RewriteResult, rewriteKeyFile } from './rewrite-key-file.ts';
import { UnprotectedFile } from './unprotected-file.tsx';

type Protection = 'keep' | 'change' | 'none';

interface KeyFileFormProps {
  readonly file: OpenedKeyFile;
  readonly task: KeyFileTask;
  readonly onClose: () => void;
  readonly onSaved: (saved: WrittenKeyFile) => void;
}

const formatNames: Readonly<Record<OpenedKeyFile['format'], string>> = {
  ppk: 'PuTTY key file',
  openssh: 'OpenSSH key file',
  pkcs8: 'PKCS #8 key file',
  pkcs1: 'PEM (PKCS #1) key file',
  sec1: 'PEM (SEC 1) key file',
  dsa: 'PEM (DSA) key file',
};

/** Converting suggests the format that the file does not have; a new passphrase keeps it where it can be written. */
function firstFormat(file: OpenedKeyFile, task: KeyFileFormProps['task']): FileFormat {
  if (task === 'convert') return file.format === 'ppk' ? 'openssh' : 'ppk';
  return file.format === 'ppk' ? 'ppk' : 'openssh';
}

function protectionChoices(isEncrypted: boolean) {
  const keep = isEncrypted ? 'Keep the passphrase' : 'Stay without a passphrase';
  return [
    { value: 'keep', label: keep },
    { value: 'change', label: 'A new passphrase' },
    ...(isEncrypted ? [{ value: 'none', label: 'No passphrase' } as const] : []),
  ] as const;
}

function FileWords({ file }: { readonly file: OpenedKeyFile }) {
  return (
    <p>
      <ForeignText text={file.name} maxCharacters={160} className="main" />{' '}
      <span className="quiet">
        – {formatNames[file.format]}
        {file.kind !== undefined && `, ${file.kind}`}, {file.isEncrypted ? 'encrypted' : 'not encrypted'}
      </span>
      {file.fingerprint !== undefined && (
        <span className="small quiet key-comment">
          <Fingerprint text={file.fingerprint} />
        </span>
      )}
    </p>
  );
}

function useKeyFileForm({ file, task, onSaved }: KeyFileFormProps) {
  const oldField = useRef<HTMLInputElement>(null);
  const newFields = useNewPassphrase();
  const [format, setFormat] = useState(() => firstFormat(file, task));
  const [comment, setComment] = useState(file.comment);
  const [protection, setProtection] = useState<Protection>(task === 'convert' ? 'keep' : 'change');
  const [problem, setProblem] = useState<Extract<RewriteResult, { kind: 'problem' }> | 'new-passphrase'>();
  const [newProblem, setNewProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);

  const save = async (target: 'original' | 'choose') => {
    const wrong = protection === 'change' ? newPassphraseProblem(newFields) : undefined;
    setNewProblem(wrong);
    setProblem(undefined);
    if (wrong !== undefined || isBusy) return;
    const { oldPassphrase, newPassphrase } = takePassphrases(oldField.current, newFields, protection);
    setIsBusy(true);
    const { openedId } = file;
    const result = await rewriteKeyFile({ openedId, oldPassphrase, newPassphrase, format, comment, target });
    setIsBusy(false);
    if (result.kind === 'saved') onSaved(result);
    if (result.kind === 'problem') setProblem(result);
  };
  const fields = { oldField, newFields, format, setFormat, comment, setComment, protection, setProtection };
  return { ...fields, problem, newProblem, isBusy, save };
}

function takePassphrases(
  oldField: HTMLInputElement | null,
  newFields: NewPassphraseFields,
  protection: Protection,
) {
  const oldPassphrase = oldField === null ? new Uint8Array() : takeSecret(oldField);
  switch (protection) {
    case 'keep':
      return { oldPassphrase, newPassphrase: oldPassphrase.slice() };
    case 'change':
      return { oldPassphrase, newPassphrase: takeNewPassphrase(newFields) };
    case 'none':
      return { oldPassphrase, newPassphrase: new Uint8Array() };
  }
}

export function KeyFileForm(props: KeyFileFormProps) {
  const { file, task, onClose } = props;
  const form = useKeyFileForm(props);
  const { isBusy, problem, protection } = form;
  const oldProblem =
    typeof problem === 'object' && problem.of === 'old-passphrase' ? problem.message : undefined;
  const fileProblem = typeof problem === 'object' && problem.of === 'file' ? problem.message : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void form.save(task === 'change-passphrase' && file.hasOriginal ? 'original' : 'choose');
  };
  const overwrites = task === 'change-passphrase' && file.hasOriginal;
  return (
    <DialogFrame
      title={task === 'convert' ? 'Convert a key file' : 'Change the passphrase'}
      onClose={onClose}
      isBusy={isBusy}
    >
      <form onSubmit={submit}>
        <div className="dialog-body">
          <FileWords file={file} />
          {file.cost !== undefined && (
            <InfoBar severity="warning">Opening this file takes unusually long: {file.cost}.</InfoBar>
          )}
          {file.isEncrypted && (
            <SecretField
              label="Current passphrase"
              inputRef={form.oldField}
              problem={oldProblem}
              isDisabled={isBusy}
            />
          )}
          <ChoiceGroup
            legend="Passphrase of the saved file"
            choices={protectionChoices(file.isEncrypted)}
            value={protection}
            onChange={form.setProtection}
            isDisabled={isBusy}
          />
          {protection === 'change' && (
            <NewPassphrase fields={form.newFields} problem={form.newProblem} isDisabled={isBusy} />
          )}
          {protection === 'none' && <UnprotectedFile />}
          <FormatChoice format={form.format} onChange={form.setFormat} isDisabled={isBusy} />
          <CommentField comment={form.comment} onChange={form.setComment} isDisabled={isBusy} />
          {fileProblem !== undefined && <InfoBar severity="error">{fileProblem}</InfoBar>}
        </div>
        <SubmitButtons
          words={isBusy ? 'Saving…' : overwrites ? 'Save' : 'Save as…'}
          isBusy={isBusy}
          onCancel={onClose}
        >
          {overwrites && (
            <button
              type="button"
              className="button"
              disabled={isBusy}
              onClick={() => void form.save('choose')}
            >
              Save as…
            </button>
          )}
        </SubmitButtons>
      </form>
    </DialogFrame>
  );
}
