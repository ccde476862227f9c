// Tells of signatures that were allowed and wait for a touch, or for the system's own dialog. Closes by itself.
import { useCallback, useEffect, useState } from 'react';
import type { Bridge } from '../../ipc/contract/contract.ts';
import type { WaitingPromptView, WaitView } from '../../ipc/contract/prompt.ts';
import { inputGuardMs } from '../../text/input-guard.ts';
import { ForeignText } from '../parts/foreign-text.tsx';
import { useEscapeKey } from './answer/escape-key.ts';
import { RequestFacts } from './facts/request-facts.tsx';
import { PromptFrame } from './layout/prompt-frame.tsx';
import './waiting-prompt.css';

/** What is to be done, in one sentence. */
export function waitingTitle({ waits, more }: WaitingPromptView): string {
  const [first] = waits;
  if (first === undefined || waits.length + more > 1) return `${waits.length + more} signatures wait for you`;
  return first.waitsFor === 'touch' ? 'Touch your security key' : 'Answer the system’s own window';
}

/**
 * Whether the window was there for long enough to be seen: it comes by itself, maybe under a click, or while Esc is pressed
 * for another. The focus has no say, as a click on the button is what brings it.
 */
function useIsSeen(): boolean {
  const [isSeen, setIsSeen] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      setIsSeen(false);
      if (document.visibilityState === 'visible') timer = setTimeout(() => setIsSeen(true), inputGuardMs);
    };
    look();
    document.addEventListener('visibilitychange', look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    };
  }, []);
  return isSeen;
}

function Place({ wait: { livesIn, waitsFor } }: { readonly wait: WaitView }) {
  return (
    <p>
      The key lives in{' '}
      {livesIn === undefined ? (
        'a security key'
      ) : (
        <ForeignText text={livesIn} maxCharacters={100} className="main" isQuoted />
      )}
      {waitsFor === 'touch'
        ? ', which wants a touch.'
        : ', for which the system asks you in a window of its own.'}
    </p>
  );
}

interface WaitingPromptProps {
  readonly bridge: Bridge;
  readonly view: WaitingPromptView;
}

export function WaitingPrompt({ bridge, view }: WaitingPromptProps) {
  const { waits, more } = view;
  const isSeen = useIsSeen();
  const cancelAll = useCallback(() => void bridge.request('prompt.cancelWaits', {}), [bridge]);
  useEscapeKey(isSeen, cancelAll);
  const isOne = waits.length + more === 1;
  return (
    <PromptFrame
      icon="key"
      title={waitingTitle(view)}
      {...(isOne && waits[0] !== undefined && { promptKey: waits[0].key })}
      options={
        <p className="small quiet">
          {isOne ? 'It was' : 'They were'} allowed before. Nothing that you do in this window allows anything;
          it closes by itself.
        </p>
      }
      actions={
        <button type="button" className="button" disabled={!isSeen} onClick={cancelAll}>
          {isOne ? 'Cancel' : 'Cancel all'}
        </button>
      }
    >
      <ul className="waits">
        {waits.map((wait) => (
          <li key={wait.id}>
            <Place wait={wait} />
            <RequestFacts requester={wait.requester} promptKey={wait.key} />
            {!isOne && (
              <button
                type="button"
                className="button"
                disabled={!isSeen}
                onClick={() => void bridge.request('prompt.cancel', { id: wait.id })}
              >
                Cancel this one
              </button>
            )}
          </li>
        ))}
      </ul>
      {more > 0 && <p className="quiet">and {more} more</p>}
    </PromptFrame>
  );
}
