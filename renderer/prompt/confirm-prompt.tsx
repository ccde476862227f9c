// Asks for consent to one use of a key. Deaf at first, then "Deny" has the keyboard; nothing but "Allow" allows.
import { useState } from 'react';
import type { ConfirmPromptView, RememberChoice } from '../../ipc/contract/prompt.ts';
import { ChoiceGroup } from '../parts/choice-group.tsx';
import { choicesOf } from '../parts/choices.ts';
import { ForeignText } from '../parts/foreign-text.tsx';
import { Icon } from '../parts/icon.tsx';
import { QueueNote } from './answer/queue-note.tsx';
import { useYesOrNo, YesOrNoActions, YesOrNoNotes } from './answer/yes-or-no.tsx';
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

export function ConfirmPrompt({ bridge, view, deadlineMs, isFocused }: PromptProps<ConfirmPromptView>) {
  const [remember, setRemember] = useState<RememberChoice>(view.usualRemember ?? 'no');
  const answer = useYesOrNo({ isFocused, revision: view.revision }, (isYes) =>
    bridge.request('prompt.answerConfirm', {
      id: view.id,
      revision: view.revision,
      answer: isYes ? 'allow' : 'deny',
      // What is not offered is not asked for.
      remember: isYes && view.rememberCovers !== undefined ? remember : 'no',
    }),
  );
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
              isDisabled={!answer.isArmed}
            />
          )}
          <QueueNote waitingBehind={view.waitingBehind} />
        </>
      }
      notes={<YesOrNoNotes {...answer} />}
      actions={
        <YesOrNoActions
          answer={answer}
          untilWhen="Denied in"
          deadlineMs={deadlineMs}
          yes={allowLabel(view, remember)}
          no="Deny"
        />
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
