// A private key from the clipboard. The text stays in the field and leaves it as bytes.
import { useId, useRef, useState } from 'react';
import { takeSecret } from '../../parts/take-secret.ts';
import { DialogActions, DialogFrame } from '../controls/dialog-frame.tsx';
import { bounds } from '../store/bounds.ts';
import { closeDialog } from '../store/window-store.ts';
import { addFromBytes, showResults } from './add-keys.ts';
import { useWishes, WishRows } from './add-wishes.tsx';
import { KeepEncryptedChoice } from './keep-encrypted-choice.tsx';

export function PasteDialog() {
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const [keepEncrypted, setKeepEncrypted] = useState(true);
  const { rows, settle } = useWishes();
  const [problem, setProblem] = useState<string>();
  const [isBusy, setIsBusy] = useState(false);

  const add = async () => {
    if (field.current === null || isBusy) return;
    if (field.current.value.trim() === '') {
      setProblem('Paste the whole key first, from its first line to its last.');
      field.current.focus();
      return;
    }
    const wishes = await settle(keepEncrypted);
    // The dialog may have been closed meanwhile.
    if (wishes === undefined || field.current === null) return;
    const bytes = takeSecret(field.current);
    if (bytes.length > bounds.keyFileBytes) {
      bytes.fill(0);
      setProblem('This is no key: it is larger than 1 MiB.');
      return;
    }
    setIsBusy(true);
    const results = await addFromBytes('pasted text', bytes, wishes);
    closeDialog();
    showResults(results);
  };
  return (
    <DialogFrame title="Paste a private key" onClose={closeDialog} isBusy={isBusy}>
      <div className="dialog-body">
        <div>
          <label className="label" htmlFor={id}>
            Text of the key file
          </label>
          <textarea
            ref={field}
            id={id}
            data-initial-focus
            className="field"
            rows={8}
            spellCheck={false}
            autoComplete="off"
            aria-invalid={problem !== undefined}
            aria-describedby={`${id}-problem`}
          />
          <p id={`${id}-problem`} className="problem" role="alert">
            {problem}
          </p>
        </div>
        <KeepEncryptedChoice isChosen={keepEncrypted} onChange={setKeepEncrypted} />
        <WishRows {...rows} areHostsShown={false} />
        <p className="small quiet">
          The text stays on the clipboard. Copy something else afterwards, and clear the clipboard history
          (Windows key + V) if it is on.
        </p>
      </div>
      <DialogActions>
        <button type="button" className="button primary" disabled={isBusy} onClick={() => void add()}>
          Add
        </button>
        <button type="button" className="button" disabled={isBusy} onClick={closeDialog}>
          Cancel
        </button>
      </DialogActions>
    </DialogFrame>
  );
}
