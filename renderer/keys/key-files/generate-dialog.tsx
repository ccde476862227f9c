// Makes a new key, saves it to a file and, if wanted, adds it to the agent.
import { useState } from 'react';
import type { WrittenKeyFile } from '../../../ipc/contract/key-files.ts';
import { GenerateForm } from './generate-form.tsx';
import { SavedKeyFile } from './saved-key-file.tsx';

export function GenerateDialog() {
  const [saved, setSaved] = useState<WrittenKeyFile>();
  if (saved !== undefined) return <SavedKeyFile title="Your new key" saved={saved} />;
  return <GenerateForm onSaved={setSaved} />;
}
