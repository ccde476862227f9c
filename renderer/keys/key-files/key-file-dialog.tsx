// Writes an opened key file again: another format, passphrase or comment.
import { useState } from 'react';
import type { OpenedKeyFile, WrittenKeyFile } from '../../../ipc/contract/key-files.ts';
import { ask } from '../store/ask.ts';
import { closeDialog, type KeyFileTask } from '../store/window-store.ts';
import { KeyFileForm } from './key-file-form.tsx';
import { SavedKeyFile } from './saved-key-file.tsx';

interface KeyFileDialogProps {
  readonly file: OpenedKeyFile;
  readonly task: KeyFileTask;
}

export function KeyFileDialog({ file, task }: KeyFileDialogProps) {
  const [saved, setSaved] = useState<WrittenKeyFile>();
  // The main process holds the opened file until told otherwise.
  const close = () => {
    void ask('keyFile.close', { openedId: file.openedId });
    closeDialog();
  };
  if (saved !== undefined) return <SavedKeyFile title="The key file was saved" saved={saved} />;
  return (
    <KeyFileForm
      file={file}
      task={task}
      onClose={close}
      onSaved={(outcome) => {
        void ask('keyFile.close', { openedId: file.openedId });
        setSaved(outcome);
      }}
    />
  );
}
