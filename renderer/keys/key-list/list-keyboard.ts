// The keyboard of the key list: the rules of a Windows list, plus Alt with the arrows to change the order.
import type { KeyboardEvent } from 'react';
import type { KeyView } from '../../../ipc/contract/keys.ts';
import { moveKey } from '../store/move-key.ts';
import { selectAll, selectKey } from '../store/selection.ts';
import { openDialog, useWindowStore } from '../store/window-store.ts';

const pageSteps = 10;

/** Where the keyboard goes from `place` in a list of `length`; undefined for keys that move nothing. */
function nextPlace(pressed: string, place: number, length: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowUp: -1,
    ArrowDown: 1,
    PageUp: -pageSteps,
    PageDown: pageSteps,
    Home: -length,
    End: length,
  };
  const step = steps[pressed];
  return step === undefined ? undefined : Math.min(Math.max(place + step, 0), length - 1);
}

/** The next key after `place` whose comment starts with the typed letter. */
function keyByLetter(shown: readonly KeyView[], place: number, letter: string): KeyView | undefined {
  const turned = [...shown.slice(place + 1), ...shown.slice(0, place + 1)];
  return turned.find((key) => key.comment.toLowerCase().startsWith(letter.toLowerCase()));
}

function act(event: KeyboardEvent, shown: readonly KeyView[], lead: KeyView): boolean {
  const { selection } = useWindowStore.getState();
  const place = shown.indexOf(lead);
  if (event.altKey) {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return false;
    void moveKey(lead, event.key === 'ArrowUp' ? 'up' : 'down');
    return true;
  }
  const next = shown[nextPlace(event.key, place, shown.length) ?? -1];
  if (next !== undefined) {
    selectKey(shown, next.id, event.shiftKey ? 'range' : event.ctrlKey ? 'lead' : 'only');
    return true;
  }
  if (event.ctrlKey && event.key === 'a') {
    selectAll(shown);
    return true;
  }
  if (event.ctrlKey && event.key !== ' ') return false;
  switch (event.key) {
    case ' ':
      selectKey(shown, lead.id, event.ctrlKey ? 'toggle' : 'only');
      return true;
    case 'Enter':
      selectKey(shown, lead.id, 'only');
      useWindowStore.setState({ areDetailsOpen: true });
      return true;
    case 'Delete':
      openDialog({ kind: 'remove', ids: selection.ids.length > 0 ? selection.ids : [lead.id] });
      return true;
  }
  const found = event.key.length === 1 ? keyByLetter(shown, place, event.key) : undefined;
  if (found !== undefined) selectKey(shown, found.id, 'only');
  return found !== undefined;
}

/** Handles a key press in the list; what it uses goes no further. */
export function pressInList(event: KeyboardEvent, shown: readonly KeyView[], lead: KeyView): void {
  if (act(event, shown, lead)) event.preventDefault();
}
