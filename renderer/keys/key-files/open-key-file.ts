// Opens a private key file to be written again in another format, or with another passphrase.
import type { RequestInput } from '../../../ipc/contract/contract.ts';
import { ask } from '../store/ask.ts';
import { tellProblem } from '../store/messages.ts';
import { type KeyFileTask, openDialog } from '../store/window-store.ts';

export async function openKeyFile(
  source: RequestInput<'keyFile.open'>['source'],
  task: KeyFileTask,
): Promise<void> {
  const outcome = await ask('keyFile.open', { source });
  if (outcome?.kind === 'opened') openDialog({ kind: 'key-file', task, file: outcome.file });
  if (outcome?.kind === 'failed') tellProblem(outcome.message);
}
