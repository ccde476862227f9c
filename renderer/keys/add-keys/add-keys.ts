// Gets key files into the agent, whether chosen, dropped or pasted, and shows what became of each.
import type { RequestInput } from '../../../ipc/contract/contract.ts';
import type { AddedFile } from '../../../ipc/contract/keys.ts';
import { ask } from '../store/ask.ts';
import { bounds } from '../store/bounds.ts';
import { tell } from '../store/messages.ts';
import { useWindowStore } from '../store/window-store.ts';
import type { AddWishes } from './add-wishes.tsx';

type Source = RequestInput<'keys.add'>['source'];

const maxFilesAtOnce = 200;

/** Opens the results when there is more to say than "added"; goes to new keys otherwise. */
export function showResults(files: readonly AddedFile[]): void {
  const added = files.flatMap(({ outcome }) => (outcome.kind === 'added' ? [outcome.id] : []));
  const [first] = added;
  if (first !== undefined)
    useWindowStore.setState({ selection: { ids: added, leadId: first, anchorId: first }, filter: '' });
  const isPlain = files.every(({ outcome, warnings }) => outcome.kind === 'added' && warnings.length === 0);
  if (!isPlain) useWindowStore.setState({ dialog: { kind: 'add-results', files } });
  else if (added.length > 0) tell(added.length === 1 ? 'Added the key.' : `Added ${added.length} keys.`);
}

async function add(source: Source, wishes: AddWishes): Promise<readonly AddedFile[]> {
  return (await ask('keys.add', { source, ...wishes })) ?? [];
}

/** The main process shows the file dialog. */
export async function addFromDialog(wishes: AddWishes): Promise<void> {
  showResults(await add({ kind: 'dialog' }, wishes));
}

/** Bytes that may hold a secret; they are wiped. */
export async function addFromBytes(name: string, bytes: Uint8Array<ArrayBuffer>, wishes: AddWishes) {
  try {
    return await add({ kind: 'file', name: name.slice(0, bounds.fileNameCharacters), bytes }, wishes);
  } finally {
    bytes.fill(0);
  }
}

const failed = (name: string, message: string): AddedFile => ({
  name,
  outcome: { kind: 'failed', message },
  warnings: [],
});

async function addDroppedFile(file: File, wishes: AddWishes): Promise<readonly AddedFile[]> {
  if (file.size > bounds.keyFileBytes)
    return [failed(file.name, 'This is no key file: it is larger than 1 MiB. Choose the private key file.')];
  try {
    return await addFromBytes(file.name, new Uint8Array(await file.arrayBuffer()), wishes);
  } catch {
    return [failed(file.name, 'The file can’t be read. Is it a folder, or was it moved away?')];
  }
}

/** Files dropped on the window, one after another so that the results keep their order. */
export async function addDroppedFiles(files: readonly File[], wishes: AddWishes): Promise<void> {
  const results: AddedFile[] = [];
  for (const file of files.slice(0, maxFilesAtOnce)) results.push(...(await addDroppedFile(file, wishes)));
  if (files.length > maxFilesAtOnce)
    results.push(
      failed('the rest', `Only ${maxFilesAtOnce} files can be added at once. Drop the others again.`),
    );
  showResults(results);
}
