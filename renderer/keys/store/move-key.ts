// Changes the order in which the agent offers keys.
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { keyName } from '../words/key-words.ts';
import { ask } from './ask.ts';
import { tell } from './messages.ts';
import { useWindowStore } from './window-store.ts';

/** The order counts keys; a certificate goes where its key goes. */
function movableKeys(): readonly KeyView[] {
  return (useWindowStore.getState().main?.keys ?? []).filter((key) => !key.isCertificate);
}

/** Whether the key can go further in that direction. */
export function canMove(keys: readonly KeyView[], key: KeyView, direction: 'up' | 'down'): boolean {
  if (key.isCertificate) return false;
  const movable = keys.filter((other) => !other.isCertificate);
  return movable.at(direction === 'up' ? 0 : -1)?.id !== key.id;
}

/** Moves the key by one place and says where it is now. */
export async function moveKey(key: KeyView, direction: 'up' | 'down'): Promise<void> {
  const movable = movableKeys();
  if (!canMove(movable, key, direction)) return;
  await moveKeyTo(key, movable.findIndex((other) => other.id === key.id) + (direction === 'up' ? -1 : 1));
}

/** `toIndex` counts keys without certificates. */
export async function moveKeyTo(key: KeyView, toIndex: number): Promise<void> {
  if (key.isCertificate) return;
  const moved = await ask('keys.move', { id: key.id, toIndex });
  if (moved !== undefined) tell(`${keyName(key)} is now number ${toIndex + 1} of ${movableKeys().length}.`);
}
