// Which keys are selected, and how clicks and keys change that; the rules of a Windows list.
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { type Selection, useWindowStore } from './window-store.ts';

/** `only`: this key alone. `toggle`: Ctrl. `range`: Shift. `lead`: move the keyboard without selecting. */
export type SelectMode = 'only' | 'toggle' | 'range' | 'lead';

/** The selection after `id` was chosen among the `shown` keys. Pure. */
export function select(
  selection: Selection,
  shown: readonly KeyView[],
  id: string,
  mode: SelectMode,
): Selection {
  const anchorId = selection.anchorId ?? selection.leadId ?? id;
  switch (mode) {
    case 'only':
      return { ids: [id], leadId: id, anchorId: id };
    case 'lead':
      return { ...selection, leadId: id };
    case 'toggle': {
      const without = selection.ids.filter((selected) => selected !== id);
      const ids = without.length < selection.ids.length ? without : [...without, id];
      return { ids, leadId: id, anchorId: id };
    }
    case 'range': {
      const ends = [anchorId, id].map((end) => shown.findIndex((key) => key.id === end));
      const [from, to] = [Math.min(...ends), Math.max(...ends)];
      const ids = from < 0 ? [id] : shown.slice(from, to + 1).map((key) => key.id);
      return { ids, leadId: id, anchorId: from < 0 ? id : anchorId };
    }
  }
}

/** Drops keys that are gone; the keyboard goes to the nearest key that is left. Pure. */
export function keepExisting(
  selection: Selection,
  before: readonly KeyView[],
  after: readonly KeyView[],
): Selection {
  const exists = new Set(after.map((key) => key.id));
  const ids = selection.ids.filter((id) => exists.has(id));
  if (selection.leadId === undefined || exists.has(selection.leadId)) return { ...selection, ids };
  const place = before.findIndex((key) => key.id === selection.leadId);
  const near = after[Math.min(Math.max(place, 0), after.length - 1)];
  if (near === undefined) return { ids: [] };
  return { ids: ids.length > 0 ? ids : [near.id], leadId: near.id, anchorId: near.id };
}

export function selectKey(shown: readonly KeyView[], id: string, mode: SelectMode): void {
  useWindowStore.setState(({ selection }) => ({ selection: select(selection, shown, id, mode) }));
}

export function selectAll(shown: readonly KeyView[]): void {
  useWindowStore.setState(({ selection }) => ({
    selection: { ...selection, ids: shown.map((key) => key.id) },
  }));
}
