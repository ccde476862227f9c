// Where the keyboard goes in an open menu.

/** `letter`: the next item whose words begin with it. */
export type FocusStep = 'first' | 'last' | 'next' | 'previous' | { readonly letter: string };

/** The place among `labels` after the step from `place` (-1: nowhere yet); undefined where it leads nowhere. Pure. */
export function menuPlace(labels: readonly string[], place: number, step: FocusStep): number | undefined {
  const count = labels.length;
  if (count === 0) return undefined;
  switch (step) {
    case 'first':
      return 0;
    case 'last':
      return count - 1;
    case 'next':
      return (place + 1) % count;
    case 'previous':
      return place <= 0 ? count - 1 : place - 1;
    default: {
      const letter = step.letter.toLowerCase();
      for (let ahead = 1; ahead <= count; ahead++) {
        const next = (place + ahead) % count;
        if (labels[next]?.toLowerCase().startsWith(letter)) return next;
      }
      return undefined;
    }
  }
}

/** Moves the keyboard inside the menu by that step. */
export function focusInMenu(menu: HTMLElement, step: FocusStep): void {
  const items = [...menu.querySelectorAll<HTMLElement>('[role="menuitem"]')];
  const labels = items.map((item) => item.textContent ?? '');
  const place = items.findIndex((item) => item.matches(':focus'));
  items[menuPlace(labels, place, step) ?? -1]?.focus();
}
