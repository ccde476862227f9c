// Says that what the person types goes to another window, which looks just the same otherwise.
import { useEffect, useState } from 'react';
import { Icon } from '../../parts/icon.tsx';

/** A window that is only just opening gets the keyboard within this time. */
const patienceMs = 500;

/** Nothing while the window has the keyboard. */
export function FocusNote({ isFocused }: { readonly isFocused: boolean }) {
  const [isLeft, setIsLeft] = useState(false);
  useEffect(() => {
    setIsLeft(false);
    if (isFocused) return;
    const timer = setTimeout(() => setIsLeft(true), patienceMs);
    return () => clearTimeout(timer);
  }, [isFocused]);
  return (
    <p className="warning" role="status">
      {isLeft && (
        <>
          <Icon name="warning" />
          <span>What you type goes to another window. Click this window to answer.</span>
        </>
      )}
    </p>
  );
}
