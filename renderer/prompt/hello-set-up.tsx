// The key is open: Windows asks for what makes Windows Hello open it from now on, and what came of that is told.
import { useCallback, useEffect, useRef } from 'react';
import type { HelloSetUpView } from '../../ipc/contract/prompt.ts';
import { Fingerprint } from '../parts/fingerprint.tsx';
import { ForeignText } from '../parts/foreign-text.tsx';
import { Icon } from '../parts/icon.tsx';
import { useEscapeKey } from './answer/escape-key.ts';
import { useInputGuard } from './answer/input-guard.ts';
import type { PromptProps } from './prompt-props.ts';

export function HelloSetUp({ bridge, view, isFocused }: PromptProps<HelloSetUpView>) {
  const isArmed = useInputGuard(isFocused, false, 0);
  const close = useCallback(() => {
    void bridge.request('prompt.cancel', { id: view.id });
  }, [bridge, view.id]);
  useEscapeKey(isArmed, close);
  const { problem } = view;
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isArmed && problem !== undefined) button.current?.focus();
  }, [isArmed, problem]);
  return (
    <main className="prompt-empty" aria-busy={problem === undefined}>
      <h1>{problem === undefined ? 'The key is unlocked' : 'No Windows Hello for this key'}</h1>
      <p>
        <ForeignText text={view.key.comment} ifEmpty="Key without a comment" maxCharacters={200} isQuoted />
      </p>
      <p className="quiet">
        <Fingerprint text={view.key.fingerprint} />
      </p>
      {problem === undefined && (
        <p role="status">
          Windows now asks whether it is you: once to make a key for this purpose in the chip of this
          computer, and once to try it. From then on Windows Hello unlocks this SSH key, too. The program that
          asked already has its answer.
        </p>
      )}
      <p className="problem" role="alert">
        {problem !== undefined && (
          <>
            <Icon name="warning" /> {problem}
          </>
        )}
      </p>
      <button ref={button} type="button" className="button" disabled={!isArmed} onClick={close}>
        {problem === undefined ? 'Cancel' : 'Close'}
      </button>
    </main>
  );
}
