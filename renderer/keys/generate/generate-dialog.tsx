// Makes a new key, saves it to a file and, if wanted, adds it to the agent.
import { useState } from 'react';
import type { SaveOutcome } from '../../../ipc/contract/key-files.ts';
import { SavedKeyFile } from '../key-file/saved-key-file.tsx';
import { GenerateForm } from './generate-form.tsx';

export function GenerateDialog() {
  const [saved, setSaved] = useState<Extract<SaveOutcome, { kind: 'saved' }>>();
  if (saved !== undefined) return <SavedKeyFile title="Your new key" saved={saved} />;
  return <GenerateForm onSaved={setSaved} />;
}
