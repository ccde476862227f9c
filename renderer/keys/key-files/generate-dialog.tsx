// Makes a new key, saves it to a file and, if wanted, adds it to the agent.
import { useState } from 'react';
import type { WrittenKeyFile } from '../../../ipc/contract/key-files.ts';
import { GenerateForm } from './generate-form.tsx';
import { SavedKeyFile } from './saved-key-file.tsx';

interface GenerateDialogProps {
  /** The type that is chosen at first; undefined: the one that is advised. */
  readonly typeValue: string | undefined;
}

export function GenerateDialog({ typeValue }: GenerateDialogProps) {
  const [saved, setSaved] = useState<WrittenKeyFile>();
  if (saved !== undefined) return <SavedKeyFile title="Your new key" saved={saved} />;
  return <GenerateForm typeValue={typeValue} onSaved={setSaved} />;
}
