// Makes a key that Windows keeps.
import { type FormEvent, useState } from 'react';
import type { RequestInput, RequestOutput } from '../../../ipc/contract/contract.ts';
import { Icon } from '../../parts/icon.tsx';
import { SelectRow } from '../controls/select-row.tsx';
import { TextField } from '../controls/text-field.tsx';
import { ask } from '../store/ask.ts';
import { tell } from '../store/messages.ts';
import './places.css';

type Homes = RequestOutput<'windowsKeys.list'>['homes'];
type NewKey = RequestInput<'windowsKeys.make'>;

const homeWords: Readonly<Record<NewKey['home'], string>> = {
  tpm: 'In the TPM',
  hello: 'Behind Windows Hello: asks each time',
  software: 'Kept by Windows itself',
};
const kindWords: Readonly<Record<NewKey['kind'], string>> = {
  'ecdsa-p256': 'ECDSA P-256',
  'ecdsa-p384': 'ECDSA P-384',
  'ecdsa-p521': 'ECDSA P-521',
  'rsa-2048': 'RSA 2048',
  'rsa-3072': 'RSA 3072',
  'rsa-4096': 'RSA 4096',
};

interface MakeWindowsKeyProps {
  /** Where keys can be made, and of which kinds. */
  readonly homes: Homes;
  readonly refresh: () => Promise<void>;
}

export function MakeWindowsKey({ homes, refresh }: MakeWindowsKeyProps) {
  const [name, setName] = useState('');
  const [chosenHome, setHome] = useState<NewKey['home']>();
  const [chosenKind, setKind] = useState<NewKey['kind']>();
  const [isBusy, setIsBusy] = useState(false);
  const place = homes.find(({ home }) => home === chosenHome) ?? homes[0];
  if (place === undefined) return null;
  const { home, kinds } = place;
  const kind = kinds.find((one) => one === chosenKind) ?? kinds[0];
  if (kind === undefined) return null;
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy || name.trim() === '') return;
    setIsBusy(true);
    const made = await ask('windowsKeys.make', { home, kind, name: name.trim() });
    setIsBusy(false);
    if (made === undefined) return;
    setName('');
    tell('The key was made. Copy its public key to the servers that shall know it.');
    await refresh();
  };
  return (
    <section className="card add-place" aria-label="Make a key">
      <h3>Make a key</h3>
      <p className="small quiet">It can’t be copied or saved: who loses the computer loses the key.</p>
      <form onSubmit={(event) => void submit(event)}>
        <TextField
          label="Name"
          value={name}
          onChange={setName}
          maxLength={64}
          isDisabled={isBusy}
          hint="Letters, digits, spaces and . _ @ - in it"
        />
        <SelectRow
          label="Where"
          value={home}
          choices={homes.map((one) => ({ value: one.home, label: homeWords[one.home] }))}
          isDisabled={isBusy}
          onChange={setHome}
        />
        <SelectRow
          label="Kind"
          value={kind}
          choices={kinds.map((one) => ({ value: one, label: kindWords[one] }))}
          isDisabled={isBusy}
          onChange={setKind}
        />
        <button type="submit" className="button" disabled={isBusy || name.trim() === ''}>
          <Icon name="generate" />
          Make
        </button>
      </form>
    </section>
  );
}
