// Changes the order in which the agent offers keys.
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { keyName } from '../words/key-words.ts';
import { ask } from './ask.ts';
import { placeAfterStep } from './key-groups.ts';
import { tell } from './messages.ts';
import { useWindowStore } from './window-store.ts';

/** The order counts keys; a certificate goes where its key goes. */
function movableKeys(): readonly KeyView[] {
  return (useWindowStore.getState().main?.keys ?? []).filter((key) => !key.isCertificate);
}

/** Moves the key by one step that is seen, and says where it is now. */
export async function moveKey(key: KeyView, direction: 'up' | 'down'): Promise<void> {
  const toIndex = placeAfterStep(movableKeys(), key, direction);
  if (toIndex !== undefined) await moveKeyTo(key, toIndex);
}

/** `toIndex` counts keys without certificates. */
export async function moveKeyTo(key: KeyView, toIndex: number): Promise<void> {
  if (key.isCertificate) return;
  const moved = await ask('keys.move', { id: key.id, toIndex });
  if (moved !== undefined) tell(`${keyName(key)} is now number ${toIndex + 1} of ${movableKeys().length}.`);
}
