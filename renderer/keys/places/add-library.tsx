// Adds a library of the computer, by its path or by the system's dialog for files.
import { type FormEvent, useState } from 'react';
import { Icon } from '../../parts/icon.tsx';
import { TextField } from '../controls/text-field.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import './places.css';

const maxPath = 4096;

interface AddLibraryProps {
  readonly requests: {
    readonly add: 'tokens.add' | 'securityKeys.add';
    readonly choose: 'tokens.choose' | 'securityKeys.choose';
  };
  readonly title: string;
  readonly label: string;
  readonly hint: string;
  /** Said when it was added. */
  readonly addedWords: string;
  readonly onAdded?: () => Promise<void>;
}

export function AddLibrary({ requests, title, label, hint, addedWords, onAdded }: AddLibraryProps) {
  const [path, setPath] = useState('');
  const [isBusy, setIsBusy] = useState(false);
  const add = async () => {
    setIsBusy(true);
    if ((await ask(requests.add, { path: path.trim() })) !== undefined) {
      setPath('');
      tell(addedWords);
      await onAdded?.();
    }
    setIsBusy(false);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy && path.trim() !== '') void add();
  };
  const choose = async () => setPath((await ask(requests.choose, {})) ?? path);
  return (
    <section className="card add-place" aria-label={title}>
      <h3>{title}</h3>
      <form onSubmit={submit}>
        <TextField
          label={label}
          value={path}
          onChange={setPath}
          maxLength={maxPath}
          isDisabled={isBusy}
          hint={hint}
        />
        <div className="toolbar">
          <button type="button" className="button" disabled={isBusy} onClick={() => void choose()}>
            Choose…
          </button>
          <button type="submit" className="button" disabled={isBusy || path.trim() === ''}>
            <Icon name="add" />
            Add library
          </button>
        </div>
      </form>
    </section>
  );
}
