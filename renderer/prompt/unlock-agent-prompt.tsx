// Asks whether the agent, which the person has locked, is to be unlocked. Deaf at first, then "Stay locked" has the keyboard.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { UnlockAgentPromptView } from '../../ipc/contract/prompt.ts';
import { answerProblem } from './answer/answer-problem.ts';
import { Countdown } from './answer/countdown.tsx';
import { useEscapeKey } from './answer/escape-key.ts';
import { FocusNote } from './answer/focus-note.tsx';
import { useInputGuard } from './answer/input-guard.ts';
import { RequestFacts } from './facts/request-facts.tsx';
import { WaitingRequesters } from './facts/waiting-requesters.tsx';
import { PromptFrame } from './layout/prompt-frame.tsx';
import type { PromptProps } from './prompt-props.ts';

/** Sends the first answer; a refused one may be given again. */
function useAnswer({ bridge, view: { id, revision } }: PromptProps<UnlockAgentPromptView>) {
  const [isSent, setIsSent] = useState(false);
  const [problem, setProblem] = useState<string>();
  const send = useCallback(
    async (answer: 'unlock' | 'stay-locked') => {
      setIsSent(true);
      setProblem(undefined);
      const outcome = await bridge.request('prompt.answerUnlockAgent', { id, revision, answer });
      const refused = answerProblem(outcome, 'Please answer again.');
      if (refused === undefined) return;
      setIsSent(false);
      setProblem(refused);
    },
    [bridge, id, revision],
  );
  return { isSent, problem, send };
}

export function UnlockAgentPrompt(props: PromptProps<UnlockAgentPromptView>) {
  const { view, deadlineMs, isFocused } = props;
  const { isSent, problem, send } = useAnswer(props);
  const isArmed = useInputGuard(isFocused, true, view.revision) && !isSent;
  const stayButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // The facts stay in sight where the window is too small for all of it.
    if (isArmed) stayButton.current?.focus({ preventScroll: true });
  }, [isArmed]);
  const stayLocked = useCallback(() => void send('stay-locked'), [send]);
  useEscapeKey(isArmed, stayLocked);
  const [first, ...others] = view.waiting;
  const count = view.waiting.length + view.more;
  return (
    <PromptFrame
      icon="lock"
      title="Sallyport is locked"
      {...(count === 1 && first !== undefined && { promptKey: first.key })}
      options={
        <p className="small quiet">
          Unlocking opens Sallyport for all programs, as in the tray. What waits then goes on as always: you
          are asked again where you want to be.
        </p>
      }
      notes={
        <>
          <FocusNote isFocused={isFocused} />
          <p className="problem" role="alert">
            {problem}
          </p>
        </>
      }
      actions={
        <>
          <Countdown words="Refused in" deadlineMs={deadlineMs} />
          <button type="button" className="button" disabled={!isArmed} onClick={() => void send('unlock')}>
            Unlock
          </button>
          <button ref={stayButton} type="button" className="button" disabled={!isArmed} onClick={stayLocked}>
            Stay locked
          </button>
        </>
      }
    >
      <p>
        {view.lockReason}{' '}
        <span role="status">
          {count === 1
            ? 'This request waits for you to unlock it:'
            : `${count} requests wait for you to unlock it:`}
        </span>
      </p>
      {first !== undefined && <RequestFacts requester={first.requester} promptKey={first.key} />}
      <WaitingRequesters
        others={others.map(({ requester }) => requester)}
        keys={others.map(({ key }) => key)}
        more={view.more}
        label="Also waiting for the unlock"
        heading="Also waiting:"
      />
    </PromptFrame>
  );
}
