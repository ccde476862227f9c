// Esc says "no", wherever the keyboard is in the window.
import { useEffect } from 'react';

/** Calls `onEscape` for each press of Esc while `isArmed`. */
export function useEscapeKey(isArmed: boolean, onEscape: () => void): void {
  useEffect(() => {
    if (!isArmed) return;
    const listen = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
      event.preventDefault();
      onEscape();
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, [isArmed, onEscape]);
}
