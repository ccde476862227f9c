// Asks whether the agent, which the person has locked, is to be unlocked. Deaf at first, then "Stay locked" has the keyboard.
import type { UnlockAgentPromptView } from '../../ipc/contract/prompt.ts';
import { useYesOrNo, YesOrNoActions, YesOrNoNotes } from './answer/yes-or-no.tsx';
import { RequestFacts } from './facts/request-facts.tsx';
import { WaitingRequesters } from './facts/waiting-requesters.tsx';
import { PromptFrame } from './layout/prompt-frame.tsx';
import type { PromptProps } from './prompt-props.ts';

export function UnlockAgentPrompt({
  bridge,
  view,
  deadlineMs,
  isFocused,
}: PromptProps<UnlockAgentPromptView>) {
  const { id, revision } = view;
  const answer = useYesOrNo({ isFocused, revision }, (isYes) =>
    bridge.request('prompt.answerUnlockAgent', { id, revision, answer: isYes ? 'unlock' : 'stay-locked' }),
  );
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
      notes={<YesOrNoNotes {...answer} />}
      actions={
        <YesOrNoActions
          answer={answer}
          untilWhen="Refused in"
          deadlineMs={deadlineMs}
          yes="Unlock"
          no="Stay locked"
        />
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
