// Page Up and Page Down move the facts, wherever the keyboard is: the field and the buttons have no use for them.
import { type RefObject, useEffect } from 'react';

/** Of the height that is seen; what was the last line is the first one then. */
const step = 0.8;

export function scrollByPage(box: HTMLElement | null, direction: 1 | -1): void {
  box?.scrollBy({ top: direction * step * box.clientHeight });
}

export function usePageKeys(box: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== 'PageDown' && event.key !== 'PageUp') return;
      event.preventDefault();
      scrollByPage(box.current, event.key === 'PageDown' ? 1 : -1);
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [box]);
}
