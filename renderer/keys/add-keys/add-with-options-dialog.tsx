// Adds key files with what is to hold for them from their first moment in the agent.
import { useState } from 'react';
import { insideQuotes } from '../../../text/foreign-text.ts';
import { DialogActions, DialogFrame } from '../controls/dialog-frame.tsx';
import { closeDialog } from '../store/window-store.ts';
import { addDroppedFiles, addFromDialog } from './add-keys.ts';
import { useWishes, WishRows } from './add-wishes.tsx';
import { KeepEncryptedChoice } from './keep-encrypted-choice.tsx';

function filesPhrase(files: readonly File[]): string {
  const [only] = files;
  return files.length === 1 && only !== undefined
    ? `“${insideQuotes(only.name, 60)}”`
    : `${files.length} key files`;
}

/** `files` were dropped; without them they are chosen after the options. */
export function AddWithOptionsDialog({ files }: { readonly files: readonly File[] | undefined }) {
  const [keepEncrypted, setKeepEncrypted] = useState(true);
  const { rows, settle } = useWishes();
  const add = async () => {
    const wishes = await settle(keepEncrypted);
    if (wishes === undefined) return;
    closeDialog();
    void (files === undefined ? addFromDialog(wishes) : addDroppedFiles(files, wishes));
  };
  return (
    <DialogFrame
      title={files === undefined ? 'Add keys with options' : `Add ${filesPhrase(files)}`}
      onClose={closeDialog}
    >
      <div className="dialog-body">
        <KeepEncryptedChoice isChosen={keepEncrypted} onChange={setKeepEncrypted} />
        <WishRows {...rows} areHostsShown />
      </div>
      <DialogActions>
        <button type="button" className="button primary" onClick={() => void add()}>
          {files === undefined ? 'Choose files…' : 'Add'}
        </button>
        <button type="button" className="button" onClick={closeDialog}>
          Cancel
        </button>
      </DialogActions>
    </DialogFrame>
  );
}
