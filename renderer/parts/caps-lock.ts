// Notices Caps Lock from the events of the keyboard and the mouse; a page can't ask for it.
import { useEffect, useState } from 'react';

/** True while Caps Lock is known to be on. */
export function useCapsLock(): boolean {
  const [isOn, setIsOn] = useState(false);
  useEffect(() => {
    const look = (event: KeyboardEvent | MouseEvent) => setIsOn(event.getModifierState('CapsLock'));
    addEventListener('keydown', look, true);
    addEventListener('keyup', look, true);
    addEventListener('mousedown', look, true);
    return () => {
      removeEventListener('keydown', look, true);
      removeEventListener('keyup', look, true);
      removeEventListener('mousedown', look, true);
    };
  }, []);
  return isOn;
}
