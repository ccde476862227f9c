// Keeps a prompt deaf until the person can have seen it: a key meant for the terminal must not answer it.
import { useEffect, useState } from 'react';
import { inputGuardMs } from '../../../text/input-guard.ts';

/**
 * True once the window has been visible and focused for `inputGuardMs`, and has shown `revision` for as long; with
 * `startsAgainOnInput`, for `inputGuardMs` without any key or click, which were aimed at something else. A passphrase is
 * typed meanwhile, so that its window only waits.
 */
export function useInputGuard(isFocused: boolean, startsAgainOnInput: boolean, revision: number): boolean {
  const [armedFor, setArmedFor] = useState<number>();
  useEffect(() => {
    const setIsArmed = (isArmed: boolean) => setArmedFor(isArmed ? revision : undefined);
    setIsArmed(false);
    if (!isFocused) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const restart = () => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible') timer = setTimeout(arm, inputGuardMs);
    };
    const stopListening = () => {
      removeEventListener('keydown', restart, true);
      removeEventListener('pointerdown', restart, true);
    };
    const arm = () => {
      stopListening();
      setIsArmed(true);
    };
    const seenAgain = () => {
      setIsArmed(false);
      restart();
    };
    if (startsAgainOnInput) {
      addEventListener('keydown', restart, true);
      addEventListener('pointerdown', restart, true);
    }
    document.addEventListener('visibilitychange', seenAgain);
    restart();
    return () => {
      clearTimeout(timer);
      stopListening();
      document.removeEventListener('visibilitychange', seenAgain);
    };
  }, [isFocused, startsAgainOnInput, revision]);
  return armedFor === revision && isFocused;
}
