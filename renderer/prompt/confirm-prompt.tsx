// Asks for consent to one use of a key. Deaf at first, then "Deny" has the keyboard; nothing but "Allow" allows.
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ConfirmPromptView, RememberChoice } from '../../ipc/contract/prompt.ts';
import { ChoiceGroup } from '../parts/choice-group.tsx';
import { choicesOf } from '../parts/choices.ts';
import { ForeignText } from '../parts/foreign-text.tsx';
import { Icon } from '../parts/icon.tsx';
import { answerProblem } from './answer/answer-problem.ts';
import { Countdown } from './answer/countdown.tsx';
import { useEscapeKey } from './answer/escape-key.ts';
import { FocusNote } from './answer/focus-note.tsx';
import { useInputGuard } from './answer/input-guard.ts';
import { QueueNote } from './answer/queue-note.tsx';
import { RequestFacts } from './facts/request-facts.tsx';
import { WaitingRequesters } from './facts/waiting-requesters.tsx';
import { PromptFrame } from './layout/prompt-frame.tsx';
import type { PromptProps } from './prompt-props.ts';

const times = { '5-minutes': '5 minutes', '1-hour': '1 hour', 'until-locked': 'Until locked' };
const rememberChoices = choicesOf<RememberChoice>({ no: 'Don’t remember', ...times });
/** Where “Allow” is remembered unless the person says otherwise. */
const onceOrLonger = choicesOf<RememberChoice>({ no: 'Only this time', ...times });

const allowWords: Readonly<Record<RememberChoice, string>> = {
  no: 'Allow',
  '5-minutes': 'Allow for 5 minutes',
  '1-hour': 'Allow for 1 hour',
  'until-locked': 'Allow until locked',
};

/** What the button does, in sight also where the choice beside it is scrolled away. */
function allowLabel({ rememberCovers, usualRemember }: ConfirmPromptView, remember: RememberChoice): string {
  if (rememberCovers === undefined) return allowWords.no;
  return remember === 'no' && usualRemember !== undefined ? 'Allow this time' : allowWords[remember];
}

/** Sends the first answer; a refused one may be given again. */
function useAnswer({ bridge, view }: PromptProps<ConfirmPromptView>, remember: RememberChoice) {
  const [isSent, setIsSent] = useState(false);
  const [problem, setProblem] = useState<string>();
  const send = useCallback(
    async (answer: 'allow' | 'deny') => {
      setIsSent(true);
      setProblem(undefined);
      // What is not offered is not asked for.
      const isOffered = view.rememberCovers !== undefined;
      const remembered = answer === 'allow' && isOffered ? remember : 'no';
      const outcome = await bridge.request('prompt.answerConfirm', {
        id: view.id,
        revision: view.revision,
        answer,
        remember: remembered,
      });
      const refused = answerProblem(outcome, 'Please answer again.');
      if (refused === undefined) return;
      setIsSent(false);
      setProblem(refused);
    },
    [bridge, view.id, view.revision, view.rememberCovers, remember],
  );
  return { isSent, problem, send };
}

interface RememberRowProps {
  readonly covers: string;
  readonly isUsual: boolean;
  readonly remember: RememberChoice;
  readonly onChange: (remember: RememberChoice) => void;
  readonly isDisabled: boolean;
}

function RememberRow({ covers, isUsual, remember, onChange, isDisabled }: RememberRowProps) {
  return (
    <div>
      <ChoiceGroup
        legend="Remember “Allow”"
        choices={isUsual ? onceOrLonger : rememberChoices}
        value={remember}
        onChange={onChange}
        isDisabled={isDisabled}
      />
      <p className="small quiet">
        {covers} Programs are told apart by where their files lie: a convenience, not a boundary.
      </p>
    </div>
  );
}

export function ConfirmPrompt(props: PromptProps<ConfirmPromptView>) {
  const { view, deadlineMs, isFocused } = props;
  const [remember, setRemember] = useState<RememberChoice>(view.usualRemember ?? 'no');
  const { isSent, problem, send } = useAnswer(props, remember);
  const isArmed = useInputGuard(isFocused, true, view.revision) && !isSent;
  const denyButton = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    // The facts stay in sight where the window is too small for all of it.
    if (isArmed) denyButton.current?.focus({ preventScroll: true });
  }, [isArmed]);
  const deny = useCallback(() => void send('deny'), [send]);
  useEscapeKey(isArmed, deny);
  const [first, ...others] = view.requesters;
  const isCostly = view.reason.kind === 'expensive-decryption';
  return (
    <PromptFrame
      icon={isCostly ? 'warning' : 'key'}
      title={isCostly ? 'Open this costly key file?' : 'Allow use of this key?'}
      promptKey={view.key}
      options={
        <>
          {view.rememberCovers !== undefined && (
            <RememberRow
              covers={view.rememberCovers}
              isUsual={view.usualRemember !== undefined}
              remember={remember}
              onChange={setRemember}
              isDisabled={!isArmed}
            />
          )}
          <QueueNote waitingBehind={view.waitingBehind} />
        </>
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
          <Countdown words="Denied in" deadlineMs={deadlineMs} />
          <button type="button" className="button" disabled={!isArmed} onClick={() => void send('allow')}>
            {allowLabel(view, remember)}
          </button>
          <button ref={denyButton} type="button" className="button" disabled={!isArmed} onClick={deny}>
            Deny
          </button>
        </>
      }
    >
      {view.reason.kind === 'expensive-decryption' && (
        <p className="warning" role="note">
          <Icon name="warning" />
          <span>
            Opening this key file takes unusually long: {view.reason.cost}. Allow it only if you know that the
            file is made that way.
          </span>
        </p>
      )}
      <p className="request-count" role="status">
        {others.length > 0 &&
          `Your answer decides ${others.length + 1} requests like this one; the others are listed below.`}
      </p>
      {first !== undefined && <RequestFacts requester={first} promptKey={view.key} />}
      <WaitingRequesters
        others={others}
        label="Also decided by your answer"
        heading="Also decided by your answer:"
      />
      {view.reason.kind === 'use-key' && (
        <p className="small quiet">
          <ForeignText text={view.reason.because} />
        </p>
      )}
    </PromptFrame>
  );
}
